"""Accounts and groups in the admin, with what each may do in plain Chinese."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User

# Django makes the names of its four kinds of permission in English and keeps them so.
_VERBS = {"add": "增加", "change": "修改", "delete": "删除", "view": "查看"}
# Nobody at the desk is given power over these by itself.
_HIDDEN = ("admin", "contenttypes", "sessions")


class PermissionChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, permission: Permission) -> str:
        kind = permission.content_type
        verb, _, model = permission.codename.partition("_")
        words = permission.name
        if model == kind.model and verb in _VERBS:
            words = f"{_VERBS[verb]}{kind.name}"
        return f"{kind.app_labeled_name.split(' | ')[0]}：{words}"


class _PermissionsMixin:
    filter_horizontal = ()  # its script speaks English

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        if db_field.remote_field.model is Permission:
            kwargs |= {
                "form_class": PermissionChoice,
                "queryset": Permission.objects.exclude(content_type__app_label__in=_HIDDEN)
                .select_related("content_type")
                .order_by("content_type__app_label", "content_type__model", "codename"),
            }
        return super().formfield_for_manytomany(db_field, request, **kwargs)


admin.site.unregister([User, Group])


@admin.register(User)
class AccountAdmin(_PermissionsMixin, UserAdmin):
    list_display = ["username", "get_full_name", "email", "groups_of", "enters", "last_login"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="姓名", ordering="first_name")
    def get_full_name(self, user: User) -> str:
        return f"{user.last_name}{user.first_name}"

    @admin.display(description="组")
    def groups_of(self, user: User) -> str:
        return "管理员" if user.is_superuser else "、".join(map(str, user.groups.all()))

    @admin.display(description="能登录编辑台")
    def enters(self, user: User) -> str:
        return "能" if user.is_staff and user.is_active else "不能"


@admin.register(Group)
class OurGroupAdmin(_PermissionsMixin, GroupAdmin):
    def get_deleted_objects(self, objs, request):
        """The groups alone: what links them to permissions has no name in any language."""
        return [str(group) for group in objs], {}, set(), []
