"""Which action has which twin, and what follows by itself."""

from __future__ import annotations

from shangliang.deliberations.actions import (
    announcing,
    any_time,
    meeting,
    preparing,
    recording,
    signing,
)
from shangliang.demo.past import Follows, Twins
from shangliang.demo.twins import deliberations, outcomes, topics
from shangliang.desks.actions import publication
from shangliang.outcomes import reactions as after_outcomes
from shangliang.outcomes.actions import assigning, deciding, drafting, filing, handling, rating
from shangliang.topics import reactions as after_topics
from shangliang.topics.actions import (
    adoption,
    intake,
    merging,
    quick,
    research,
    screening,
    slip,
)

TWINS: Twins = {
    intake.receive: topics.receive,
    screening.accept: topics.accept,
    merging.merge: topics.merge,
    screening.hand_over: topics.hand_over,
    screening.report_back: topics.report_back,
    screening.end: topics.end,
    slip.erase: topics.erase,
    research.visit: topics.visit,
    adoption.hear_second: topics.hear_second,
    adoption.adopt: topics.adopt,
    quick.answer: topics.answer,
    publication.release: topics.release,
    preparing.prepare: deliberations.prepare,
    announcing.send_to_review: deliberations.send_to_review,
    announcing.announce: deliberations.announce,
    meeting.write_attendance: deliberations.write_attendance,
    meeting.open_session: deliberations.open_session,
    meeting.close: deliberations.close,
    recording.save_draft: deliberations.save_draft,
    signing.send: deliberations.send,
    signing.sign: deliberations.sign,
    any_time.write: deliberations.write_any_time,
    drafting.edit: outcomes.edit,
    drafting.countersign: outcomes.countersign,
    filing.file: outcomes.file,
    assigning.assign: outcomes.assign,
    handling.accept: outcomes.accept,
    handling.plan_work: outcomes.plan_work,
    handling.reply: outcomes.reply,
    rating.rate: outcomes.rate,
    rating.called_in_vain: outcomes.called_in_vain,
    deciding.look_back: outcomes.look_back,
}

# Reactions that write more than messages, or the paper that the worker sets later.
FOLLOWS: Follows = {
    after_topics.index_topic: topics.index_topic,
    after_outcomes.draft_outcome: outcomes.draft_outcome,
    after_outcomes.follow_quick_answer: outcomes.follow_quick_answer,
    after_outcomes.release_commitments: outcomes.release_commitments,
    after_outcomes.clock_ran_out: outcomes.clock_ran_out,
}
