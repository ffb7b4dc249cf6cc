"""lakehouse_common: what the job and the Lambda functions both use, such as stores, secrets, logs and errors."""
