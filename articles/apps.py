from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_delete, post_save


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "文章"

    def ready(self) -> None:
        from articles import system_checks  # noqa: F401  (registers them)
        from articles.citations import on_library_changed
        from articles.page_versions import site_changed, tag_saved
        from articles.queue import law_changed
        from statutes.library import library_changed

        library_changed.connect(on_library_changed)
        library_changed.connect(law_changed)
        for model in ("Firm", "CopyrightNotice", "Category", "Author"):
            post_save.connect(site_changed, sender=self.get_model(model))
            post_delete.connect(site_changed, sender=self.get_model(model))
        post_save.connect(tag_saved, sender="taggit.Tag")
        m2m_changed.connect(site_changed, sender=self.get_model("Firm").home_sections.through)
