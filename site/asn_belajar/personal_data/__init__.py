"""Everything the site knows of one person: what there is, handing it over, removing what is past its time."""
