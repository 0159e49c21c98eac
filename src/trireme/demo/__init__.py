"""A real training on real data, so that a newcomer sees every part of Trireme with something true in it."""
