"""lakehouse_common: what the job and the Lambda functions both use: stores, secrets, logs, errors."""
