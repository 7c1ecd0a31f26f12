from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "文章"

    def ready(self) -> None:
        from articles import system_checks  # noqa: F401  (registers them)
        from articles.citations import on_library_changed
        from statutes.library import library_changed

        library_changed.connect(on_library_changed)
