"""Every event there is, `<noun>.<past participle>`, in the order of the flow."""

from enum import StrEnum
from typing import NamedTuple


class Subject(NamedTuple):
    """What an event, a ledger row or a clock is about: a kind of thing and its public number."""

    kind: str
    no: str


class Kind(StrEnum):
    """What has happened."""

    ACCOUNT_OPENED = "account.opened"
    ACCOUNT_GRANTED = "account.granted"
    ACCOUNT_REVOKED = "account.revoked"
    ACCOUNT_CODE_GIVEN = "account.code_given"
    ACCOUNT_PASSWORD_RESET = "account.password_reset"  # noqa: S105 — a thing that happened
    ROOM_OPENED = "room.opened"
    ROOM_CHANGED = "room.changed"
    OFFICE_APPOINTED = "office.appointed"
    OFFICE_ENDED = "office.ended"
    FEEDBACK_RECEIVED = "feedback.received"  # said about the system itself
    FEEDBACK_ANSWERED = "feedback.answered"
    FEEDBACK_PASSED_ON = "feedback.passed_on"  # it belongs elsewhere; the person was told where
    FEEDBACK_ASKED_AGAIN = "feedback.asked_again"
    FEEDBACK_PHONE_SEEN = "feedback.phone_seen"  # by staff, on a click
    SUBMISSION_RECEIVED = "submission.received"
    SUBMISSION_WRITTEN_DOWN = "submission.written_down"  # what was spoken, by the clerk
    SUBMISSION_MESSAGED = "submission.messaged"  # staff to submitter
    SUBMISSION_ANSWERED = "submission.answered"  # submitter to staff
    SUBMISSION_NOTED = "submission.noted"  # staff have read the submitter's message; it asks for no answer
    SUPPLEMENT_ASKED = "supplement.asked"
    SUPPLEMENT_GIVEN = "supplement.given"
    SUPPLEMENT_MISSED = "supplement.missed"
    SUBMISSION_ACCEPTED = "submission.accepted"
    SUBMISSION_HANDED_OVER = "submission.handed_over"
    SUBMISSION_REPORTED_BACK = "submission.reported_back"  # news from where it was handed over
    SUBMISSION_MERGED = "submission.merged"
    SUBMISSION_SEPARATED = "submission.separated"
    SUBMISSION_ENDED = "submission.ended"
    SUBMISSION_EMBARGOED = "submission.embargoed"
    SUBMISSION_ERASED = "submission.erased"  # by its holder
    ERASURE_ASKED = "submission.erasure_asked"  # by its desk, with a reason
    ERASURE_REFUSED = "submission.erasure_refused"
    ERASURE_CONFIRMED = "submission.erasure_confirmed"  # from outside the room, and done
    CONTACT_REVEALED = "contact.revealed"
    PHOTOS_SHARED = "submission.photos_shared"  # which of its photos the doer may see
    SLIP_FOUND = "slip.found"  # by staff, for somebody who has lost it
    SLIP_RENEWED = "slip.renewed"  # printed anew under another key; the lost one opens nothing any more
    TOPIC_OPENED = "topic.opened"
    TOPIC_GRADED = "topic.graded"
    TOPIC_QUICKENED = "topic.quickened"
    TOPIC_WORDED = "topic.worded"  # title and summary written by a person
    TOPIC_VISITED = "topic.visited"  # research
    TOPIC_SECONDED = "topic.seconded"  # the second convener was heard
    TOPIC_ADOPTED = "topic.adopted"
    TOPIC_ANSWERED = "topic.answered"
    TOPIC_PASSED_UP = "topic.passed_up"
    TOPIC_TAKEN_UP = "topic.taken_up"
    TOPIC_HANDED_DOWN = "topic.handed_down"
    TOPIC_PLANNED = "topic.planned"
    TOPIC_ENDED = "topic.ended"
    TOPIC_DELIBERATED = "topic.deliberated"
    TOPIC_CALLED_OFF = "topic.called_off"  # its session was cancelled
    TOPIC_AGREED = "topic.agreed"
    TOPIC_TAKEN_IN_HAND = "topic.taken_in_hand"
    TOPIC_ASKED = "topic.asked"  # a doer has answered, residents say whether it is done
    TOPIC_CONCLUDED = "topic.concluded"
    TOPIC_LEFT_UNSOLVED = "topic.left_unsolved"
    TOPIC_REOPENED = "topic.reopened"
    ACT_TAKEN_BACK = "act.taken_back"  # by whoever had pressed wrongly
    POST_PROPOSED = "post.proposed"
    POST_RELEASED = "post.released"
    POST_HELD_BACK = "post.held_back"
    POST_COVERED = "post.covered"
    POST_TAKEN_DOWN = "post.taken_down"  # the reviewer confirmed that it stays down
    POST_RESTORED = "post.restored"
    DELIBERATION_PREPARED = "deliberation.prepared"
    DELIBERATION_ANNOUNCED = "deliberation.announced"
    DELIBERATION_POSTPONED = "deliberation.postponed"
    DELIBERATION_CANCELLED = "deliberation.cancelled"
    GUESTS_TOLD = "deliberation.told"  # by telephone, by letter, in person: by a person
    DELIBERATION_OPENED = "deliberation.opened"
    DELIBERATION_CLOSED = "deliberation.closed"
    POLL_PREPARED = "poll.prepared"
    POLL_OPENED = "poll.opened"
    POLL_CLOSED = "poll.closed"
    SEATS_PRINTED = "seats.printed"
    STATEMENT_REVIEWED = "statement.reviewed"
    HANDS_COUNTED = "hands.counted"
    DRAW_PREPARED = "draw.prepared"
    DRAW_CALLED = "draw.called"  # the open call began, or ended
    DRAW_ASKED = "draw.asked"  # the worker is to make the panels
    DRAW_FIXED = "draw.fixed"  # pool, panels and chances are fixed; the seed comes after
    DRAW_IMPOSSIBLE = "draw.impossible"
    DRAW_TAKEN_BACK = "draw.taken_back"
    DRAW_DRAWN = "draw.drawn"
    DRAW_FILLED = "draw.filled"  # alternates were asked for seats that became empty
    DRAW_SETTLED = "draw.settled"
    DRAW_CANCELLED = "draw.cancelled"
    VOLUNTEER_ENTERED = "volunteer.entered"  # by the clerk: paper, telephone, a list
    VOLUNTEER_LEFT = "volunteer.left"
    VOLUNTEER_BROUGHT_BACK = "volunteer.brought_back"
    VOLUNTEER_UNTIED = "volunteer.untied"  # an address that several gave is no household
    VOLUNTEER_REPLIED = "volunteer.replied"
    VOLUNTEER_CALLED = "volunteer.called"  # whether they could be reached by telephone
    VOLUNTEER_LETTER_BROUGHT = "volunteer.letter_brought"
    VOLUNTEER_PHONE_SEEN = "volunteer.phone_seen"  # by staff, on a click
    ATTENDANCE_WRITTEN = "attendance.written"
    RECORD_WRITTEN = "record.written"
    RECORD_SIGNED = "record.signed"
    RECORD_LINK_SENT = "record.link_sent"  # once more to a convener's own address, on the clerk's press
    RECORD_CONFIRMED = "record.confirmed"
    RECORD_AMENDED = "record.amended"
    OUTCOME_DRAFTED = "outcome.drafted"
    OUTCOME_COUNTERSIGNED = "outcome.countersigned"
    OUTCOME_FILED = "outcome.filed"
    OUTCOME_ROUTED = "outcome.routed"
    OUTCOME_REPORTED = "outcome.reported"
    OUTCOME_ADOPTED = "outcome.adopted"
    OUTCOME_NOT_ADOPTED = "outcome.not_adopted"
    OUTCOME_ENDED = "outcome.ended"
    COMMITMENT_ASSIGNED = "commitment.assigned"
    COMMITMENT_HANDED_ON = "commitment.handed_on"  # to another doer, after it was signed for
    COMMITMENT_ACCEPTED = "commitment.accepted"
    COMMITMENT_DECLINED = "commitment.declined"
    COMMITMENT_PLANNED = "commitment.planned"
    COMMITMENT_EXTENSION_ASKED = "commitment.extension_asked"  # by the doer
    COMMITMENT_EXTENSION_REFUSED = "commitment.extension_refused"
    COMMITMENT_EXTENDED = "commitment.extended"
    COMMITMENT_ASKED_AFTER = "commitment.asked_after"  # by a linked leader: why is it late?
    COMMITMENT_EXPLAINED = "commitment.explained"  # by the office
    COMMITMENT_REPLIED = "commitment.replied"
    COMMITMENT_RATED = "commitment.rated"
    COMMITMENT_HEARD = "commitment.heard"  # by the district: what was said to it alone
    COMMITMENT_CALLED_BACK = "commitment.called_back"
    COMMITMENT_CLOSED = "commitment.closed"
    COMMITMENT_REOPENED = "commitment.reopened"
    COMMITMENT_DISPUTED = "commitment.disputed"  # not solved once more: the district office decides
    COMMITMENT_DECIDED = "commitment.decided"
    COMMITMENT_LOOKED_BACK = "commitment.looked_back"
    FIGURES_FROZEN = "figures.frozen"  # a period was closed: its figures stay as they stood
    CLOCK_REMINDED = "clock.reminded"
    CLOCK_CAME_DUE = "clock.came_due"
    CLOCK_REDDENED = "clock.reddened"
    CLOCK_GREW_LONG = "clock.grew_long"  # late for so long that a linked leader is told
    CLOCK_EXTENDED = "clock.extended"
    CLOCK_PAUSED = "clock.paused"
    CLOCK_RESUMED = "clock.resumed"
    CLOCK_HANDED_ON = "clock.handed_on"
