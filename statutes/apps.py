from django.apps import AppConfig


class StatutesConfig(AppConfig):
    name = "statutes"
    verbose_name = "法律法规"

    def ready(self) -> None:
        from statutes.clause_index import on_library_changed
        from statutes.library import library_changed

        library_changed.connect(on_library_changed)
