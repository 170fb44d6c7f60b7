"""The pages of the site and the files they show. One subject, one file."""

from content.models.articles import ArticlePage
from content.models.editions import Edition
from content.models.episodes import EpisodeIndexPage, EpisodePage
from content.models.files import Handout, Picture, PictureRendition, Recording
from content.models.home import HomePage
from content.models.modules import ModulePage
from content.models.partners import PartnerIndexPage, PartnerPage
from content.models.search import SearchEntry, SearchFacet, SearchWord
from content.models.sign_offs import DatedApprovalTask, PartnerSignOffTask, SignOff
from content.models.study_pages import StudyPage
from content.models.tracks import TrackIndexPage, TrackPage
from content.models.values import Value

__all__ = [
    "ArticlePage",
    "DatedApprovalTask",
    "Edition",
    "EpisodeIndexPage",
    "EpisodePage",
    "Handout",
    "HomePage",
    "ModulePage",
    "PartnerIndexPage",
    "PartnerPage",
    "PartnerSignOffTask",
    "Picture",
    "PictureRendition",
    "Recording",
    "SearchEntry",
    "SearchFacet",
    "SearchWord",
    "SignOff",
    "StudyPage",
    "TrackIndexPage",
    "TrackPage",
    "Value",
]
