"""Content of files: pictures, sound, tables, and their media types."""
