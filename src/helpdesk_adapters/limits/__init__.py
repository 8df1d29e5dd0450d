"""Where hits are counted: in this process, or in a Redis that several processes share."""
