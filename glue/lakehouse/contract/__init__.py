"""contract: pipeline.yaml, its models, and the compiler that turns it into build/pipeline.json."""
