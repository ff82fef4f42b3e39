"""One fit asked the same thing in two ways: the models, and the pairs of questions."""
