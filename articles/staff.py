"""The people of the desk."""

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser

from articles.models import Author


def staff_with(permission: str) -> list[AbstractBaseUser]:
    """The active people of the desk who hold a permission, administrators among them."""
    users = get_user_model().objects.with_perm(
        permission, backend="django.contrib.auth.backends.ModelBackend"
    )
    return list(users.filter(is_staff=True).distinct())


def name_of(user: AbstractBaseUser | None) -> str:
    """张律师 for a lawyer's account, else the full name (the Chinese way round), else the account's. A query where
    ``author`` wasn't joined. None: a command wrote it, or the account is gone."""
    if user is None:
        return "系统"
    try:
        return f"{user.author.name}律师"
    except Author.DoesNotExist:
        return f"{user.last_name}{user.first_name}" or user.get_username()
