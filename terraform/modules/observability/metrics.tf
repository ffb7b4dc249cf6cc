# At its end the job prints one line of JSON, {"event": "run_ended", "outcome": ..., "read": ..., ...}; these filters
# turn it into metrics. So the job needs no permission to write metrics, and the same line serves a person who reads the
# log.

locals {
  run_ended = "$.event = \"run_ended\""

  metrics = {
    RunsSucceeded = {
      pattern = "{ (${local.run_ended}) && (($.outcome = \"published\") || ($.outcome = \"nothing new\")) }"
      value   = "1"
      unit    = "Count"
    }
    RunsPublished = { pattern = "{ (${local.run_ended}) && ($.outcome = \"published\") }", value = "1", unit = "Count" }
    RunsNothingNew = {
      pattern = "{ (${local.run_ended}) && ($.outcome = \"nothing new\") }"
      value   = "1"
      unit    = "Count"
    }
    RunsFailed      = { pattern = "{ (${local.run_ended}) && ($.outcome = \"failed\") }", value = "1", unit = "Count" }
    RowsRead        = { pattern = "{ ${local.run_ended} }", value = "$.read", unit = "Count" }
    RowsQuarantined = { pattern = "{ ${local.run_ended} }", value = "$.quarantined", unit = "Count" }
    RowsWritten     = { pattern = "{ ${local.run_ended} }", value = "$.written", unit = "Count" }
    RunSeconds      = { pattern = "{ ${local.run_ended} }", value = "$.seconds", unit = "Seconds" }
  }
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.metrics

  name           = "${var.name}-${each.key}"
  log_group_name = var.job_log_group
  pattern        = each.value.pattern

  metric_transformation {
    namespace = var.name
    name      = each.key
    value     = each.value.value
    unit      = each.value.unit
  }
}
