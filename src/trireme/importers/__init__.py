"""What other systems kept, brought to a server over HTTP. They read; the server decides what it means and whether it may be written."""
