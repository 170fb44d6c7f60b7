"""The first way in: a letter with a code that only its reader knows, good for one use."""
