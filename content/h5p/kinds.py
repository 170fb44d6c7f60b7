"""What kinds of file a package may hold, and as what each is presented."""

import filetype

PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff"})
SOUNDS_AND_FILMS = frozenset({"webm", "mp4", "ogg", "mp3", "m4a", "wav"})
# For people who read the archive, not for those who play it.
PAPERS = frozenset(
    {"txt", "pdf", "rtf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "csv"}
) | {"diff", "patch", "swf", "md", "textile"}
# In content/: the list of Lumi's H5P server. No SVG, no HTML, no script: content is data.
CONTENT = PICTURES | SOUNDS_AND_FILMS | {"json", "vtt", "webvtt", "gltf", "glb", "txt"}
# In a library: the list of H5P's own PHP library, with what a library adds to it.
LIBRARY = CONTENT | PAPERS | {"eot", "ttf", "woff", "woff2", "otf", "js", "css", "svg", "xml"}
# The better, the earlier: of one font in several formats a learner is sent the first.
FONTS = ("woff2", "woff", "ttf", "otf", "eot")

MIME = {
    "bmp": "image/bmp",
    "css": "text/css",
    "eot": "application/vnd.ms-fontobject",
    "gif": "image/gif",
    "glb": "model/gltf-binary",
    "gltf": "model/gltf+json",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript",
    "json": "application/json",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "otf": "font/otf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "ttf": "font/ttf",
    "txt": "text/plain",
    "vtt": "text/vtt",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webvtt": "text/vtt",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "xml": "application/xml",
}
OTHER = "application/octet-stream"

# Nothing a browser should take for a picture, a sound or a film begins so.
DISGUISES: tuple[bytes, ...] = (
    b"<",  # HTML, SVG, XML
    b"\xef\xbb\xbf<",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"%PDF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)


def extension_of(path: str) -> str:
    """What follows the last dot of the file's name, in lower case; empty without a dot."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def mime_of(path: str) -> str:
    """The type under which the player hands the file to the package."""
    return MIME.get(extension_of(path), OTHER)


def is_disguised(path: str, start: bytes) -> bool:
    """Whether a picture, sound or film is something else, going by its first bytes.

    A picture in the content has to be one; a sound may begin in many ways, so only what is certainly
    none is told. SVG belongs to libraries and is never served as a picture.
    """
    extension = extension_of(path)
    if extension not in PICTURES | SOUNDS_AND_FILMS or not start:
        return False
    if start.lstrip(b" \t\r\n").startswith(DISGUISES):
        return True
    if extension in SOUNDS_AND_FILMS or not path.startswith("content/"):
        return False
    kind = filetype.guess(start)
    return kind is None or not kind.mime.startswith("image/")
