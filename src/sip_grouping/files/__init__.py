"""Files below any meaning: tables of text, and folders written whole or not at all."""
