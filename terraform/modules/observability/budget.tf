# Glue publishes no metric of DPU hours or of cost, so money is watched where AWS counts it. That is hours behind, and
# sees only what carries the tag `pipeline`, once the account's owner has activated that cost allocation tag in Billing.

resource "aws_budgets_budget" "monthly" {
  account_id   = var.account.id
  name         = "${var.name}-monthly"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"

  cost_filter {
    name   = "TagKeyValue"
    values = [format("user:pipeline$%s", var.name)]
  }

  dynamic "notification" {
    for_each = { ACTUAL = 80, FORECASTED = 100 }

    content {
      notification_type         = notification.key
      threshold                 = notification.value
      threshold_type            = "PERCENTAGE"
      comparison_operator       = "GREATER_THAN"
      subscriber_sns_topic_arns = [aws_sns_topic.alarms.arn]
    }
  }

  # Budgets tries the topic when it is told of it.
  depends_on = [aws_sns_topic_policy.alarms]
}
