# A development lake: small, cheap, and gone without a trace when it is destroyed.
environment = "dev"
region      = "eu-west-1"

deletable          = true
raw_retention_days = 30
log_retention_days = 365

worker_type       = "G.1X"
number_of_workers = 3
execution_class   = "FLEX"

run_schedule = "cron(0 5 * * ? *)"

alert_emails       = []
monthly_budget_usd = 50
