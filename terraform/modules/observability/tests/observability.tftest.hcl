mock_provider "aws" {
  override_during = plan

  mock_resource "aws_sns_topic" {
    defaults = {
      arn = "arn:aws:sns:eu-central-1:123456789012:lakehouse-dev-alarms"
    }
  }

  mock_resource "aws_cloudwatch_metric_alarm" {
    defaults = {
      arn = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:lakehouse-dev-any"
    }
  }
}

variables {
  name                    = "lakehouse-dev"
  account                 = { id = "123456789012", region = "eu-central-1", partition = "aws" }
  kms_key_arn             = "arn:aws:kms:eu-central-1:123456789012:key/lake"
  job_name                = "lakehouse-dev-raw-to-gold"
  job_log_group           = "/aws-glue/jobs/lakehouse-dev/output"
  function_names          = ["lakehouse-dev-rest-to-raw", "lakehouse-dev-raw-ready"]
  dead_letter_queue_names = ["lakehouse-dev-rest-to-raw-dead-letters"]
  alert_emails            = ["data@example.com"]
  monthly_budget_usd      = 300
  freshness_hours         = 6
}

run "a_glue_job_is_watched" {
  command = plan

  assert {
    condition = { for name, rule in aws_cloudwatch_event_rule.this : name => jsondecode(rule.event_pattern) } == {
      job-failed = {
        source      = ["aws.glue"]
        detail-type = ["Glue Job State Change"]
        detail      = { jobName = ["lakehouse-dev-raw-to-gold"], state = ["FAILED", "TIMEOUT", "ERROR"] }
      }
      flow-failed = {
        source      = ["aws.appflow"]
        detail-type = ["AppFlow End Flow Run Report"]
        detail = {
          flow-name = [{ prefix = "lakehouse-dev-" }]
          status    = [{ anything-but = ["Execution Successful"] }]
        }
      }
      flow-deactivated = {
        source      = ["aws.appflow"]
        detail-type = ["AppFlow Event Flow Deactivated", "AppFlow Scheduled Flow Deactivated"]
        detail      = { flow-name = [{ prefix = "lakehouse-dev-" }] }
      }
    }
    error_message = "The rules match this job's failures and this pipeline's flows, and nothing else."
  }

  assert {
    condition = alltrue([
      for target in aws_cloudwatch_event_target.alarms :
      target.arn == output.alarm_topic_arn && can(jsondecode(target.input_transformer[0].input_template)) &&
      alltrue([
        for fact in keys(target.input_transformer[0].input_paths) :
        strcontains(target.input_transformer[0].input_template, "<${fact}>")
      ])
    ])
    error_message = "Every message is one JSON string that uses all its facts, and goes to the topic."
  }

  assert {
    condition = {
      for metric, filter in aws_cloudwatch_log_metric_filter.this :
      metric => "${filter.pattern} ${filter.metric_transformation[0].value}"
      } == {
      RunsSucceeded = join(" && ", [
        "{ ($.event = \"run_ended\")", "(($.outcome = \"published\") || ($.outcome = \"nothing new\")) } 1",
      ])
      RunsPublished   = "{ ($.event = \"run_ended\") && ($.outcome = \"published\") } 1"
      RunsNothingNew  = "{ ($.event = \"run_ended\") && ($.outcome = \"nothing new\") } 1"
      RunsFailed      = "{ ($.event = \"run_ended\") && ($.outcome = \"failed\") } 1"
      RowsRead        = "{ $.event = \"run_ended\" } $.read"
      RowsQuarantined = "{ $.event = \"run_ended\" } $.quarantined"
      RowsWritten     = "{ $.event = \"run_ended\" } $.written"
      RunSeconds      = "{ $.event = \"run_ended\" } $.seconds"
    }
    error_message = "The job's last line becomes these metrics."
  }

  assert {
    condition = alltrue([
      for filter in aws_cloudwatch_log_metric_filter.this :
      filter.log_group_name == var.job_log_group && filter.metric_transformation[0].namespace == "lakehouse-dev"
    ])
    error_message = "The metrics come from the job's output and stand under the pipeline's name."
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.not_fresh.evaluation_periods == 6
      && aws_cloudwatch_metric_alarm.not_fresh.datapoints_to_alarm == 6
      && aws_cloudwatch_metric_alarm.not_fresh.treat_missing_data == "breaching"
    )
    error_message = "Six hours without a success, or without any run at all, are an alarm."
  }

  assert {
    condition = alltrue([
      for alarm in [
        aws_cloudwatch_metric_alarm.not_fresh,
        aws_cloudwatch_metric_alarm.run_failed,
        aws_cloudwatch_metric_alarm.too_much_quarantined,
        aws_cloudwatch_metric_alarm.messages_lost,
      ] : alarm.alarm_actions == toset([output.alarm_topic_arn]) && startswith(alarm.alarm_name, "lakehouse-dev-")
    ])
    error_message = "Alarms go to the topic, under names that its policy lets in."
  }

  assert {
    condition = {
      for statement in jsondecode(aws_sns_topic_policy.alarms.policy).Statement :
      "${statement.Principal.Service} ${statement.Action}" => try(
        statement.Condition.StringEquals["aws:SourceAccount"],
        "",
      )
      } == {
      "cloudwatch.amazonaws.com sns:Publish" = "123456789012"
      "events.amazonaws.com sns:Publish"     = ""
      "budgets.amazonaws.com sns:Publish"    = "123456789012"
    }
    error_message = "Three services may publish, for this account alone where they say for whom."
  }

  assert {
    condition = (
      one(aws_budgets_budget.monthly.cost_filter).values == tolist(["user:pipeline$lakehouse-dev"])
      &&
      {
        for notice in aws_budgets_budget.monthly.notification : notice.notification_type => notice.threshold
      } == { ACTUAL = 80, FORECASTED = 100 }
    )
    error_message = "The budget counts the pipeline's tag, and tells at 80 % spent and 100 % forecast."
  }

  assert {
    condition = [
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.title
      ] == [
      "lakehouse-dev", "Runs", "Rows", "Share of rows quarantined (limit 0.05)", "Seconds of the longest run",
      "Lambda errors",
      "Messages in dead letter queues", "Glue: executors", "Glue: share of heap used",
    ]
    error_message = "The dashboard shows alarms, runs, rows, time, functions, queues and the job."
  }

  assert {
    condition = [
      for email in aws_sns_topic_subscription.email : "${email.protocol} ${email.endpoint}"
    ] == ["email data@example.com"]
    error_message = "Every address is subscribed."
  }
}

run "an_emr_serverless_job_is_watched" {
  command = plan

  variables {
    engine                  = "emr_serverless"
    job_name                = "00f1abcd"
    function_names          = []
    dead_letter_queue_names = []
  }

  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.this["job-failed"].event_pattern) == {
      source      = ["aws.emr-serverless"]
      detail-type = ["EMR Serverless Job Run State Change"]
      detail      = { applicationId = ["00f1abcd"], state = ["FAILED", "CANCELLED"] }
    }
    error_message = "The rule matches failed and cancelled runs of the application."
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 5
    error_message = "The dashboard leaves out what isn't there."
  }
}

run "nonsense_is_refused" {
  command = plan

  variables {
    name                  = "x"
    account               = { id = "12345678901", region = "eu-central-1", partition = "aws" }
    engine                = "emr"
    alert_emails          = ["data"]
    monthly_budget_usd    = 0
    freshness_hours       = 169
    quarantine_rate_limit = 5
  }

  expect_failures = [
    var.name, var.account, var.engine, var.alert_emails, var.monthly_budget_usd, var.freshness_hours,
    var.quarantine_rate_limit,
  ]
}
