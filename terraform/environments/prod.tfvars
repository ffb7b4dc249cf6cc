# The lake that people rely on.
environment = "prod"
region      = "eu-west-1"

deletable          = false
raw_retention_days = 90
log_retention_days = 365

worker_type       = "G.1X"
number_of_workers = 10
execution_class   = "STANDARD"

run_schedule = "cron(0 5 * * ? *)"

alert_emails       = []
monthly_budget_usd = 500
