"""What is there in many alike: classifiers that addresses are loaded from."""
