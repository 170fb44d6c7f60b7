"""What the player reads: which files a package is played from, in which order, and where they are.

    {
      "format": 1,
      "title": "Kuis singkat",               title of the package
      "language": "id",
      "library": "H5P.QuestionSet 1.20",     as H5PIntegration.contents[…].library wants it
      "js":  ["H5P.Image-1.1/image.js", …],  scripts, in the order to run them
      "css": ["H5P.Image-1.1/image.css", …], style sheets, in their order
      "bundles": [                           to fetch first; cut by `size`, one part after the other
        {"url": "/h5p/….bundle", "size": 731000, "sent": 190000,
         "parts": [["H5P.Image-1.1/image.js", "text/javascript", 5120], …]}, …],
      "files": [                             to fetch one by one: pictures, sounds, films
        {"path": "content/videos/a.webm", "mime": "video/webm", "size": 3100000, "url": "/h5p/….webm"}, …]
    }

Paths are those H5P's core asks for: `content/…` and `<machineName>-<major>.<minor>/…`, whatever the
folders were called in the archive. `size` is bytes as they are, `sent` bytes over the wire.
`content/content.json` is always a part of a bundle. Every `url` is for good (`addresses`).
"""
