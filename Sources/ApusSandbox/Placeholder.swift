// The target's first file goes in its place.
