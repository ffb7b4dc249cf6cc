locals {
  alarm_arns = [
    aws_cloudwatch_metric_alarm.not_fresh.arn,
    aws_cloudwatch_metric_alarm.run_failed.arn,
    aws_cloudwatch_metric_alarm.too_much_quarantined.arn,
    aws_cloudwatch_metric_alarm.messages_lost.arn,
  ]

  # A line of a graph is [namespace, metric, dimension, its value, ..., {options}].
  run_graphs = [
    {
      title = "Runs", stat = "Sum", period = 3600, stacked = true
      metrics = [
        [var.name, "RunsPublished", { label = "published", color = "#2ca02c" }],
        [var.name, "RunsNothingNew", { label = "nothing new", color = "#7f7f7f" }],
        [var.name, "RunsFailed", { label = "failed", color = "#d62728" }],
      ]
    },
    {
      title = "Rows", stat = "Sum", period = 3600
      metrics = [
        [var.name, "RowsRead", { label = "read" }],
        [var.name, "RowsWritten", { label = "written" }],
        [var.name, "RowsQuarantined", { label = "quarantined" }],
      ]
    },
    {
      title = "Share of rows quarantined (limit ${var.quarantine_rate_limit})", stat = "Sum", period = 3600
      metrics = [
        [{ id = "share", expression = "IF(read > 0, quarantined / read, 0)", label = "quarantined / read" }],
        [var.name, "RowsRead", { id = "read", visible = false }],
        [var.name, "RowsQuarantined", { id = "quarantined", visible = false }],
      ]
    },
    {
      title   = "Seconds of the longest run", stat = "Maximum", period = 3600
      metrics = [[var.name, "RunSeconds", { label = "seconds" }]]
    },
  ]

  function_graphs = length(var.function_names) == 0 ? [] : [{
    title   = "Lambda errors", stat = "Sum", period = 300
    metrics = [for function in var.function_names : ["AWS/Lambda", "Errors", "FunctionName", function]]
  }]

  queue_graphs = length(var.dead_letter_queue_names) == 0 ? [] : [{
    title = "Messages in dead letter queues", stat = "Maximum", period = 300
    metrics = [
      for queue in var.dead_letter_queue_names : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue]
    ]
  }]

  # The job publishes these with --enable-metrics.
  job_graphs = var.engine != "glue" ? [] : [
    {
      title = "Glue: executors", stat = "Maximum", period = 60
      metrics = [
        for metric, label in { numberAllExecutors = "running", numberMaxNeededExecutors = "needed" } :
        [
          "Glue",
          "glue.driver.ExecutorAllocationManager.executors.${metric}",
          "JobName",
          var.job_name,
          "JobRunId",
          "ALL",
          "Type",
          "gauge",
          { label = label },
        ]
      ]
    },
    {
      title = "Glue: share of heap used", stat = "Maximum", period = 60
      metrics = [
        for metric, label in { "glue.driver.jvm.heap.usage" = "driver", "glue.ALL.jvm.heap.usage" = "executors" } :
        ["Glue", metric, "JobName", var.job_name, "JobRunId", "ALL", "Type", "gauge", { label = label }]
      ]
    },
  ]

  graphs = concat(local.run_graphs, local.function_graphs, local.queue_graphs, local.job_graphs)

  graph_defaults = { view = "timeSeries", stacked = false, region = var.account.region, yAxis = { left = { min = 0 } } }

  alarm_row_height = 2
  graph_width      = 12
  graph_height     = 6
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    start = "-P7D"
    widgets = concat(
      [{
        type       = "alarm"
        x          = 0
        y          = 0
        width      = 24
        height     = local.alarm_row_height
        properties = { title = var.name, alarms = local.alarm_arns }
      }],
      [
        for place, graph in local.graphs : {
          type       = "metric"
          x          = place % 2 * local.graph_width
          y          = local.alarm_row_height + floor(place / 2) * local.graph_height
          width      = local.graph_width
          height     = local.graph_height
          properties = merge(local.graph_defaults, graph)
        }
      ],
    )
  })
}
