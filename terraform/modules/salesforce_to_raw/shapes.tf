# What this module's inputs may be made of. The words of the contract stand on the left, AppFlow's on the right.
locals {
  known_keys = {
    object = [
      "api", "cursor", "fields", "flow", "format", "formula_refresh", "from", "include_deleted", "mask", "rename",
      "trigger", "truncate",
      "types", "validate", "where",
    ]
    trigger         = ["event", "kind", "offset_seconds", "schedule"]
    formula_refresh = ["flow", "schedule"]
    mask            = ["kind", "length"]
    validate        = ["on_failure", "rule"]
    where           = ["field", "is", "upper", "value"]
  }

  patterns = {
    name     = "^[A-Za-z][A-Za-z0-9_]{0,79}$"
    flow     = "^[A-Za-z0-9][A-Za-z0-9_!@#.-]{1,255}$"
    event    = "^[A-Za-z][A-Za-z0-9_]*(ChangeEvent|__e)$"
    rate     = "^rate[(]([1-9][0-9]{0,3}) (minute|hour|day)s?[)]$"
    cron     = "^cron[(][0-9A-Z*?,/#-]+( [0-9A-Z*?,/#-]+){5}[)]$"
    utc      = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
    instant  = "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2}))?$"
    epoch_ms = "^[0-9]{12,13}$" # 1973 to 2286; a shorter number is a year or seconds, by mistake
  }

  formats = { parquet = "PARQUET", json = "JSON", csv = "CSV" }
  # never AUTOMATIC: each API writes dates and nulls in a way of its own
  apis     = { bulk = "BULKV2", rest = "REST_SYNC" }
  triggers = { on_demand = "OnDemand", schedule = "Scheduled", event = "Event" }
  masks    = { all = "MASK_ALL", first = "MASK_FIRST_N", last = "MASK_LAST_N" }

  validations = {
    non_null     = "VALIDATE_NON_NULL"
    non_zero     = "VALIDATE_NON_ZERO"
    non_negative = "VALIDATE_NON_NEGATIVE"
    numeric      = "VALIDATE_NUMERIC"
  }

  # The API's reference does not list these; AWS's own CDK construct for AppFlow (cdklabs/cdk-appflow, validations.ts)
  # sends them.
  on_failure = { drop_record = "DropRecord", terminate_flow = "DropDataset" }

  comparisons = {
    equal_to                 = "EQUAL_TO"
    not_equal_to             = "NOT_EQUAL_TO"
    contains                 = "CONTAINS"
    less_than                = "LESS_THAN"
    less_than_or_equal_to    = "LESS_THAN_OR_EQUAL_TO"
    greater_than             = "GREATER_THAN"
    greater_than_or_equal_to = "GREATER_THAN_OR_EQUAL_TO"
    between                  = "BETWEEN"
  }

  time_types = ["date", "datetime"]

  private_link_regions = [
    "ap-northeast-1", "ap-south-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "us-east-1", "us-west-2",
  ]

  credential_keys = [
    "access_token", "client_credentials_secret_arn", "instance_url", "is_sandbox", "jwt_token", "refresh_token",
  ]

  # The secrets of each way to connect, in the order of the keys.
  ways_in = ["access_token refresh_token", "access_token client_credentials_secret_arn refresh_token", "jwt_token"]
}
