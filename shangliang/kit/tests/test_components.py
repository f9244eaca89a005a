"""The components: what they draw from what they are given, and what they never draw."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from shangliang.kit.tests.reading import flat


def draw(source: str, **context: Any) -> str:
    """A piece of template, with the kit's tags at hand."""
    return flat(Template("{% load i18n kit %}" + source).render(Context(context)))


class MatterForm(forms.Form):
    what = forms.CharField(label="什么事", help_text="在哪里、什么时候", widget=forms.Textarea)
    phone = forms.CharField(label="电话", required=False)
    level = forms.ChoiceField(
        label="办得怎样", choices=[("5", "很满意"), ("1", "很不满意")], widget=forms.RadioSelect
    )
    past_the_room = forms.BooleanField(label="请直接交上一级", required=False)
    photo = forms.FileField(label="照片", required=False)


def test_a_status_word_has_its_kind_and_is_escaped() -> None:
    assert draw('{% status "late" word %}', word="<b>") == '<span class="status late ">&lt;b&gt;</span>'


def test_the_step_line_says_which_step_is_now() -> None:
    steps = [
        {"label": "收到", "state": "past"},
        {"label": "办理", "state": "now"},
        {"label": "评价", "state": "next"},
    ]
    page = draw('{% include "kit/way.html" with steps=steps only %}', steps=steps)
    assert page.count('aria-current="step"') == 1
    assert page.index("收到") < page.index('aria-current="step"') < page.index("办理")
    assert "（已过）" in page
    assert "（还没到）" in page


def test_the_next_box_keeps_its_body_as_it_was_written_and_escapes_the_rest() -> None:
    page = draw(
        '{% next what=what who="您" left="已超期" light="late" %}<p>一句</p>{% endnext %}', what="<i>答复"
    )
    assert "<p>一句</p>" in page
    assert "&lt;i&gt;答复" in page
    assert "status late" in page


def test_a_row_puts_the_note_under_title_and_status() -> None:
    page = draw(
        '{% include "kit/row.html" with title="路灯" url="/d/1" kind="done" word="已办结" note="12 天" only %}'
    )
    assert page.index("路灯") < page.index("已办结") < page.index("12 天")


def test_a_slip_is_shown_in_three_parts_of_four_digits() -> None:
    page = draw('{% include "kit/slip.html" with number="407155268092" only %}')
    assert re.findall(r"<span>(\d+)</span>", page) == ["4071", "5526", "8092"]


def test_a_code_is_a_drawing_with_a_name_and_no_style() -> None:
    page = draw("{% qr address title %}", address="https://example.org/s/1", title="<看>")
    assert 'role="img"' in page
    assert "<title>&lt;看&gt;</title>" in page
    assert "style" not in page


def test_a_field_hangs_together_with_its_hint_and_its_error() -> None:
    form = MatterForm({"what": "", "level": "9"})
    page = draw("{% field form.what %}", form=form)
    assert 'for="id_what"' in page
    assert 'aria-describedby="id_what_helptext id_what_error"' in page
    assert 'id="id_what_helptext"' in page
    assert 'id="id_what_error">请填写这一项。' in page
    assert 'aria-invalid="true"' in page


def test_a_field_that_may_stay_empty_says_so() -> None:
    page = draw("{% field form.phone autocomplete='tel' %}", form=MatterForm())
    assert "（选填）" in page
    assert 'autocomplete="tel"' in page
    assert "（选填）" not in draw("{% field form.what %}", form=MatterForm())


def test_choices_are_a_group_with_a_legend_and_errors_lead_to_the_group() -> None:
    form = MatterForm({"what": "路灯", "level": ""})
    page = draw(
        '{% include "kit/errors.html" with form=form only %}{% field form.level look="rating" %}', form=form
    )
    assert '<a href="#id_level_set">' in page
    assert '<fieldset id="id_level_set"' in page
    assert "<legend>办得怎样" in page
    assert 'class="choices rating"' in page


def test_the_error_summary_is_read_at_once_and_absent_when_nothing_is_wrong() -> None:
    source = '{% include "kit/errors.html" with form=form only %}'
    page = draw(source, form=MatterForm({}))
    assert 'role="alert"' in page
    assert 'tabindex="-1"' in page
    assert '<a href="#id_what">什么事：请填写这一项。</a>' in page
    assert draw(source, form=MatterForm()).strip() == ""


def test_a_whole_form_is_drawn_by_the_same_fields() -> None:
    page = draw("{{ form }}", form=MatterForm())
    assert page.count('class="field"') == 5
    assert '<label class="tick"' in page
    assert 'type="file"' in page


def test_a_whole_bound_form_with_files_keeps_what_was_typed() -> None:
    page = draw("{{ form }}", form=MatterForm({"what": "<b>路灯", "level": ""}))
    assert "&lt;b&gt;路灯" in page


def test_the_pager_keeps_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/topics", {"theme": "灯", "page": "2"})
    page = draw("{% pager page %}", page=Paginator(range(60), 20).page(2), request=request)
    assert 'href="?theme=%E7%81%AF&amp;page=1"' in page
    assert 'href="?theme=%E7%81%AF&amp;page=3"' in page
    assert draw("{% pager page %}", page=Paginator(range(5), 20).page(1), request=request).strip() == ""


def test_a_bar_has_its_twin_in_words_and_its_widths_as_attributes() -> None:
    parts = [{"label": "同意", "count": 3, "kind": "yes"}, {"label": "反对", "count": 1, "kind": "no"}]
    page = draw("{% bar parts %}", parts=parts)
    assert 'x="75.00%" width="25.00%"' in page
    assert "同意 <b>3</b>" in page
    assert 'width="0.00%"' in draw("{% bar parts %}", parts=[{"label": "同意", "count": 0, "kind": "yes"}])


def test_a_confirm_step_is_a_post_form_with_a_token_and_a_way_back() -> None:
    page = draw(
        '{% confirm title="撤下？" do="撤下" back="/d/1" %}<p>马上看不到</p>{% endconfirm %}',
        csrf_token="T" * 64,
    )
    assert 'method="post"' in page
    assert "csrfmiddlewaretoken" in page
    assert 'href="/d/1"' in page


def test_a_guard_lists_every_condition_and_marks_advice() -> None:
    unmet = [{"sentence": "没有议程", "url": "#agenda"}, {"sentence": "请一位委员", "advice": True}]
    page = draw('{% include "kit/guard.html" with unmet=unmet only %}', unmet=unmet)
    assert page.count("<li>") == 2
    assert page.count("建议补上") == 1
    assert draw('{% include "kit/guard.html" with unmet=unmet only %}', unmet=[]).strip() == ""


def test_history_dates_are_said_in_the_reader_s_language() -> None:
    lines = [{"at": datetime(2026, 11, 20, 2, tzinfo=UTC), "what": "商定"}]
    source = '{% include "kit/history.html" with lines=lines only %}'
    assert "11月20日" in draw(source, lines=lines)
    with translation.override("en"):
        assert "20 November" in draw(source, lines=lines)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_draw_themselves_without_a_request(name: str, language: str) -> None:
    from django.template.loader import get_template

    with translation.override(language):
        page = get_template(name).render({"exception": "已经归档"} if name == "403.html" else {})
    assert page.count("<h1>") == 1
    assert "None" not in page
