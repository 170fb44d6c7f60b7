"""The record of what civil servants study. It never imports Wagtail or `content`."""
