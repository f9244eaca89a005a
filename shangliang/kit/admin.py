"""Django's admin as a window: the keepers of the system look, nobody changes anything there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import BooleanField, Model
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    Admin = ModelAdmin[Model]
else:
    Admin = ModelAdmin  # not subscriptable at run time


class KeepersSite(AdminSite):
    """The admin of those who keep the system. They see how it runs, not what people said."""

    site_header = _("系统运行")
    site_title = _("系统运行")
    index_title = _("只能查看，不能修改")
    site_url = "/desk"

    def has_permission(self, request: HttpRequest) -> bool:
        # The kit lies below access, hence the permission by its name.
        return bool(request.actor.can_somewhere("system.keep"))  # type: ignore[attr-defined]

    def password_change(  # type: ignore[override]  # Django itself answers with a redirect once it is done
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """There is one page for that, and it counts the tries."""
        return HttpResponseRedirect(reverse("account_change_password"))


site = KeepersSite(name="admin")


Column = Any  # a function of the row, which django-stubs types differently in each place that takes one


@lru_cache(maxsize=256)
def _column(model: type[Model], name: str, words: str | Promise) -> Column:
    """A column of the list with words of ours; the model's own names are English."""

    def value(row: Model) -> object:
        shown = getattr(row, f"get_{name}_display", None)
        return shown() if shown else getattr(row, name)

    value.short_description = words  # type: ignore[attr-defined]
    fields = {field.name: field for field in model._meta.get_fields()}
    if name in fields:
        value.admin_order_field = name  # type: ignore[attr-defined]
        value.boolean = isinstance(fields[name], BooleanField)  # type: ignore[attr-defined]
    return value


class ReadOnlyAdmin(Admin):
    """Shows rows. Whatever has a state is changed by the actions of its app alone."""

    actions = None
    columns: ClassVar[dict[str, str | Promise]] = {}  # what is shown, in which words

    def get_list_display(self, request: HttpRequest) -> list[Column]:
        return [_column(self.model, name, words) for name, words in self.columns.items()]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Column]:
        return self.get_list_display(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Column]:
        return self.get_list_display(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
