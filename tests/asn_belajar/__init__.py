"""Tests of the site itself: its pages, its look, its words for templates."""
