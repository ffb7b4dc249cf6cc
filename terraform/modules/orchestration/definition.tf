# The machine's text: asl/state_machine.json.tftpl with the arrows put in. What is the same in many states is here,
# once.

locals {
  minutes = merge({ execution = 720, flow = 180, job = 180, view = 15 }, var.timeouts)

  seconds = {
    execution = local.minutes.execution * 60
    job       = local.minutes.job * 60
    function  = 930 # more than any Lambda function can take, so that its own timeout comes first
  }

  # Often at first, seldom later: a history has room for 25,000 events.
  fast_polls = 20
  slow_poll  = var.poll_seconds * 4
  polls = merge(
    {
      fast         = local.fast_polls
      seconds      = var.poll_seconds
      slow_seconds = local.slow_poll
      view_seconds = local.view_poll
      view         = ceil(local.minutes.view * 60 / local.view_poll)
    },
    {
      for what in ["flow", "job"] :
      what => local.fast_polls + ceil(
        max(0, local.minutes[what] * 60 - local.fast_polls * var.poll_seconds) / local.slow_poll
      )
    },
  )
  view_poll = min(5, var.poll_seconds)

  # Only what the service says is its own or a passing trouble, and a call that got no answer. A failed flow, job or
  # function is none.
  transient = {
    appflow = [
      "Appflow.InternalServerException", "Appflow.ConnectorServerException", "Appflow.ThrottlingException",
      "Appflow.SdkClientException", "States.Timeout",
    ]
    emr = [
      "EmrServerless.InternalServerException", "EmrServerless.ThrottlingException",
      "EmrServerless.EmrServerlessException", "EmrServerless.SdkClientException", "States.Timeout",
    ]
    glue = [
      "Glue.InternalServiceException", "Glue.OperationTimeoutException", "Glue.ThrottlingException",
      "Glue.SdkClientException",
    ]
    lambda = ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException"]
    redshift = [
      "RedshiftData.InternalServerException", "RedshiftData.ActiveStatementsExceededException",
      "RedshiftData.ThrottlingException", "RedshiftData.RedshiftDataException", "RedshiftData.SdkClientException",
      "States.Timeout",
    ]
    sfn = ["Sfn.ThrottlingException", "Sfn.SfnException", "Sfn.SdkClientException", "States.Timeout"]
    sns = [
      "SNS.InternalErrorException", "SNS.InternalError", "SNS.ThrottledException", "SNS.SdkClientException",
      "States.Timeout",
    ]
  }
  retries = {
    for service, errors in local.transient :
    service => [{
      ErrorEquals     = errors
      IntervalSeconds = 2
      MaxAttempts     = 5
      BackoffRate     = 2.5
      MaxDelaySeconds = 60
      JitterStrategy  = "FULL"
    }]
  }

  # The place is taken until the run before has ended.
  busy = { IntervalSeconds = 60, MaxAttempts = 30, BackoffRate = 1.5, MaxDelaySeconds = 300 }
  retry = {
    for service, retriers in merge(local.retries, {
      # Schedules of their own call the same functions; a call may take a quarter of an hour.
      lambda = concat(
        [merge(local.busy, { IntervalSeconds = 10, ErrorEquals = ["Lambda.TooManyRequestsException"] })],
        local.retries.lambda,
      )
      appflow_start = concat(
        [merge(local.busy, { ErrorEquals = ["Appflow.ConflictException", "Appflow.ServiceQuotaExceededException"] })],
        local.retries.appflow,
      )
      glue = concat(
        [
          merge(
            local.busy,
            { ErrorEquals = ["Glue.ConcurrentRunsExceededException", "Glue.ResourceNumberLimitExceededException"] },
          ),
        ],
        local.retries.glue,
      )
    }) : service => jsonencode(retriers)
  }

  catch = {
    for state in [
      "one_at_a_time", "bring", "raw_ready", "raw_to_gold", "gold_to_sinks", "report",
      ] : state => jsonencode([{
        ErrorEquals = ["States.ALL"]
        Assign = {
          failure = {
            state = state
            name  = "{% $states.errorOutput.Error %}"
            cause = "{% $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : '' %}"
          }
        }
        Output = {}
        Next   = "report_failure"
    }])
  }

  shared = {
    name              = var.name
    partition         = var.account.partition
    state_machine_arn = local.state_machine_arn
    alarm_topic_arn   = var.alarm_topic_arn
    runs_uri          = local.runs_uri
    seconds           = local.seconds
    polls             = local.polls
    retry             = local.retry
    catch             = local.catch
    functions = {
      rest_to_raw = var.rest_to_raw_function_arn
      raw_ready   = var.raw_ready_function_arn
      report      = module.report.function_arn
    }
  }

  runs_uri     = "s3://${var.logs_bucket}/runs"
  manifest_uri = "{% '${local.runs_uri}/' & $ready.manifest %}"
  is_glue      = var.engine == "glue"

  # The run's own arguments behind those that every run has.
  job_run = local.is_glue ? null : merge(var.emr_job_run, {
    ClientToken = "{% $run_id %}"
    JobDriver = {
      SparkSubmit = merge(var.emr_job_run.JobDriver.SparkSubmit, {
        EntryPointArguments = concat(
          var.emr_job_run.JobDriver.SparkSubmit.EntryPointArguments,
          ["--manifest", local.manifest_uri, "--run_id", "{% $run_id %}"],
        )
      })
    }
  })

  # Resources without a parent, their children, and what is below those.
  parent = { for key in keys(var.resources) : key => lookup(var.parents, key, null) }
  depth = {
    for key, parent in local.parent : key => parent == null ? 0 : lookup(local.parent, parent, null) == null ? 1 : 2
  }
  generations = [
    for depth in sort(distinct(values(local.depth))) :
    [for key, one in var.resources : one if tostring(local.depth[key]) == depth]
  ]

  served_tables = try(var.redshift.tables, [])
  has_views     = length(local.served_tables) > 0
  statement = local.has_views ? { for key, value in {
    WorkgroupName = var.redshift.workgroup
    Database      = var.redshift.database
    SecretArn     = var.redshift.secret_arn
    StatementName = "${var.name}-gold-to-sinks"
    Sql           = "{% 'SELECT 1 FROM \"gold\".\"' & $states.input & '\" LIMIT 1' %}"
  } : key => value if value != null } : {}

  definition = templatefile("${path.module}/asl/state_machine.json.tftpl", merge(local.shared, {
    salesforce_to_raw = trimspace(
      templatefile(
        "${path.module}/asl/salesforce_to_raw.json.tftpl",
        merge(local.shared, { flows = jsonencode(var.flows) }),
      )
    )
    rest_to_raw = trimspace(templatefile("${path.module}/asl/rest_to_raw.json.tftpl", merge(local.shared, {
      generations = jsonencode(local.generations)
      rest_calls  = var.rest_calls
    })))
    raw_to_gold = trimspace(
      templatefile("${path.module}/asl/raw_to_gold_${var.engine}.json.tftpl", merge(local.shared, {
        job_name       = var.job_name
        job_run        = jsonencode(local.job_run)
        application_id = try(var.emr_job_run.ApplicationId, null)
    })))
    gold_to_sinks = trimspace(
      templatefile("${path.module}/asl/gold_to_sinks${local.has_views ? "" : "_none"}.json.tftpl", merge(local.shared, {
        tables    = jsonencode(local.served_tables)
        statement = jsonencode(local.statement)
    })))
  }))
}
