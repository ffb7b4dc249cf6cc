output "alarm_topic_arn" {
  description = "ARN of the SNS topic that every module sends its alarms to."
  value       = aws_sns_topic.alarms.arn
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "dashboard_url" {
  description = "Where to look at the dashboard."
  value = join("", [
    "https://${var.account.region}.console.aws.amazon.com/cloudwatch/home",
    "?region=${var.account.region}#dashboards/dashboard/${var.name}",
  ])
}
