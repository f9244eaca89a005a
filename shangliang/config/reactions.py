"""The one table: what follows from what. Read it to know everything that happens by itself."""

from __future__ import annotations

from shangliang.deliberations import reactions as deliberations
from shangliang.events.kinds import Kind
from shangliang.events.models import Reactions
from shangliang.feedback import reactions as feedback
from shangliang.outcomes import reactions as outcomes
from shangliang.sortition import reactions as sortition
from shangliang.topics import reactions as topics
from shangliang.web import reactions as web

REACTIONS: Reactions = {
    Kind.FEEDBACK_RECEIVED: (feedback.tell_office,),
    Kind.FEEDBACK_ASKED_AGAIN: (feedback.tell_office,),
    Kind.SUBMISSION_RECEIVED: (topics.tell_desk, topics.reach_submitter),
    Kind.SUBMISSION_EMBARGOED: (topics.tell_desk,),
    Kind.SUBMISSION_ANSWERED: (topics.tell_desk,),
    Kind.SUBMISSION_MESSAGED: (topics.tell_holder,),
    Kind.SUPPLEMENT_ASKED: (topics.tell_holder,),
    Kind.SUPPLEMENT_GIVEN: (topics.tell_desk,),
    Kind.SUPPLEMENT_MISSED: (topics.tell_desk,),
    Kind.SUBMISSION_ACCEPTED: (topics.tell_holder,),
    Kind.SUBMISSION_MERGED: (topics.tell_holder,),
    Kind.SUBMISSION_HANDED_OVER: (topics.tell_holder,),
    Kind.SUBMISSION_REPORTED_BACK: (topics.tell_holder,),
    Kind.SUBMISSION_ENDED: (topics.tell_holder,),
    Kind.CONTACT_REVEALED: (topics.watch_reveals,),
    Kind.SLIP_RENEWED: (topics.tell_holder,),
    Kind.ROOM_CHANGED: (topics.index_room,),
    Kind.TOPIC_OPENED: (topics.index_topic,),
    Kind.TOPIC_WORDED: (topics.index_topic, topics.tell_first),
    Kind.TOPIC_VISITED: (topics.tell_second, topics.tell_first),
    Kind.TOPIC_SECONDED: (topics.tell_first,),
    Kind.TOPIC_ADOPTED: (topics.tell_submitters,),
    Kind.TOPIC_DELIBERATED: (topics.tell_submitters,),
    Kind.TOPIC_PASSED_UP: (topics.tell_submitters, topics.tell_new_desk, topics.index_topic),
    Kind.TOPIC_HANDED_DOWN: (topics.tell_submitters, topics.tell_new_desk, topics.index_topic),
    Kind.TOPIC_PLANNED: (topics.tell_submitters,),
    Kind.TOPIC_ENDED: (topics.tell_submitters,),
    Kind.TOPIC_LEFT_UNSOLVED: (topics.tell_submitters,),
    Kind.POST_PROPOSED: (topics.tell_reviewer,),
    Kind.POST_HELD_BACK: (
        topics.tell_author,
        deliberations.tell_author,
        outcomes.tell_author,
        topics.index_topic,
    ),
    Kind.POST_COVERED: (
        topics.tell_author,
        topics.tell_reviewer,
        topics.index_topic,
        deliberations.tell_author,
        outcomes.tell_author,
    ),
    Kind.POST_TAKEN_DOWN: (topics.tell_author, deliberations.tell_author, outcomes.tell_author),
    Kind.POST_RESTORED: (topics.index_topic,),
    Kind.TOPIC_ANSWERED: (outcomes.follow_quick_answer,),
    Kind.POST_RELEASED: (topics.index_topic, deliberations.tell_author, outcomes.release_commitments),
    Kind.DELIBERATION_ANNOUNCED: (deliberations.tell_invited,),
    Kind.DELIBERATION_POSTPONED: (deliberations.tell_changed,),
    Kind.DELIBERATION_CANCELLED: (deliberations.tell_changed, deliberations.call_off_draw),
    Kind.RECORD_WRITTEN: (deliberations.ask_conveners, deliberations.set_paper),
    Kind.RECORD_CONFIRMED: (deliberations.set_paper, outcomes.draft_outcome),
    Kind.RECORD_AMENDED: (deliberations.set_paper,),
    Kind.DRAW_FIXED: (sortition.tell_keeper,),
    Kind.DRAW_IMPOSSIBLE: (sortition.tell_keeper,),
    Kind.DRAW_DRAWN: (sortition.send_letters,),
    Kind.VOLUNTEER_REPLIED: (sortition.tell_declined,),
    Kind.DRAW_CANCELLED: (sortition.tell_called_off,),
    Kind.DRAW_SETTLED: (deliberations.seat_panel,),
    Kind.COMMITMENT_ASSIGNED: (outcomes.tell_doer,),
    Kind.COMMITMENT_DECLINED: (outcomes.tell_settling_office,),
    Kind.COMMITMENT_EXTENSION_ASKED: (outcomes.tell_settling_office,),
    Kind.COMMITMENT_EXTENSION_REFUSED: (outcomes.tell_doer_of_time,),
    Kind.COMMITMENT_EXTENDED: (outcomes.tell_doer_of_time,),
    Kind.COMMITMENT_ASKED_AFTER: (outcomes.tell_asked_office,),
    Kind.COMMITMENT_EXPLAINED: (outcomes.tell_who_asked,),
    Kind.COMMITMENT_REPLIED: (outcomes.tell_residents,),
    Kind.COMMITMENT_RATED: (outcomes.tell_district,),
    Kind.COMMITMENT_REOPENED: (outcomes.tell_who_must_act,),
    Kind.COMMITMENT_DISPUTED: (outcomes.tell_who_must_act,),
    Kind.COMMITMENT_CLOSED: (outcomes.tell_residents,),
    Kind.CLOCK_REMINDED: (web.remind,),
    Kind.CLOCK_CAME_DUE: (
        topics.clock_ran_out,
        deliberations.clock_ran_out,
        outcomes.clock_ran_out,
        web.remind,
    ),
    Kind.CLOCK_REDDENED: (web.remind,),
}
