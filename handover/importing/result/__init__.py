"""What became of a run, for people: failures, samples, the estimate, the sign-off."""
