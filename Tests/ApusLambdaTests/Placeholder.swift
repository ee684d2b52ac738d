// The suite's first file goes in its place.
