resource "aws_cloudwatch_log_group" "events" {
  name              = "tf/events"
  retention_in_days = var.generation == 1 ? 7 : 30
  tags              = { team = "logs", generation = tostring(var.generation) }
}

resource "aws_cloudwatch_log_group" "kept" {
  name            = "tf/kept"
  log_group_class = "STANDARD"
  skip_destroy    = true
}

resource "aws_cloudwatch_log_metric_filter" "errors" {
  name           = "errors"
  log_group_name = aws_cloudwatch_log_group.events.name
  pattern        = var.generation == 1 ? "ERROR" : "{ $.level = \"ERROR\" }"

  metric_transformation {
    name          = "Errors"
    namespace     = "Terraform"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_log_subscription_filter" "errors" {
  name            = "errors"
  log_group_name  = aws_cloudwatch_log_group.events.name
  filter_pattern  = var.generation == 1 ? "ERROR" : "WARN"
  destination_arn = aws_lambda_function.worker.arn
  depends_on      = [aws_lambda_permission.logs]
}
