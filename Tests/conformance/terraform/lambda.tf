resource "aws_iam_role" "worker" {
  name        = "tf-worker"
  path        = "/terraform/"
  description = "Generation ${var.generation}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
  tags = { team = "functions", generation = tostring(var.generation) }
}

resource "aws_iam_role_policy" "logs" {
  name = "logs"
  role = aws_iam_role.worker.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["logs:*"], Resource = "*" }]
  })
}

resource "aws_iam_policy" "queues" {
  name = "tf-queues"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = var.generation == 1 ? ["sqs:*"] : ["sqs:*", "sns:Publish"], Resource = "*" }]
  })
  tags = { generation = tostring(var.generation) }
}

resource "aws_iam_role_policy_attachment" "queues" {
  role       = aws_iam_role.worker.name
  policy_arn = aws_iam_policy.queues.arn
}

resource "aws_lambda_function" "worker" {
  function_name    = "tf-worker"
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  role             = aws_iam_role.worker.arn
  handler          = "app.handler"
  runtime          = "python3.11"
  description      = "Generation ${var.generation}"
  memory_size      = 128 * var.generation
  timeout          = 10
  architectures    = ["x86_64"]
  publish          = true
  layers           = [aws_lambda_layer_version.words.arn]

  environment {
    variables = { GENERATION = tostring(var.generation) }
  }
  tags       = { team = "functions", generation = tostring(var.generation) }
  depends_on = [aws_iam_role_policy.logs, aws_iam_role_policy_attachment.queues]
}

resource "aws_lambda_runtime_management_config" "worker" {
  function_name     = aws_lambda_function.worker.function_name
  update_runtime_on = var.generation == 1 ? "FunctionUpdate" : "Auto"
}

# Where the machine has what images need.
resource "aws_lambda_function" "image" {
  count         = var.image == "" ? 0 : 1
  function_name = "tf-image"
  package_type  = "Image"
  image_uri     = "${var.image}:generation-${var.generation}"
  role          = aws_iam_role.worker.arn
  timeout       = 10

  image_config {
    command           = ["generation-${var.generation}"]
    working_directory = "/tmp"
  }
}

# Where the machine has the runtime.
resource "aws_lambda_function" "snapped" {
  count            = var.snapped ? 1 : 0
  function_name    = "tf-snapped"
  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  role             = aws_iam_role.worker.arn
  handler          = "app.handler"
  runtime          = "python3.12"
  description      = "Generation ${var.generation}"
  timeout          = 10
  publish          = true
  layers           = [aws_lambda_layer_version.words.arn]

  snap_start {
    apply_on = "PublishedVersions"
  }
}

resource "aws_lambda_layer_version" "words" {
  layer_name          = "tf-words"
  filename            = var.layer
  source_code_hash    = filebase64sha256(var.layer)
  description         = "Words"
  compatible_runtimes = ["python3.11"]
}

resource "aws_lambda_layer_version_permission" "words" {
  layer_name     = aws_lambda_layer_version.words.layer_name
  version_number = aws_lambda_layer_version.words.version
  statement_id   = "all"
  action         = "lambda:GetLayerVersion"
  principal      = "*"
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "Generation ${var.generation}"
  function_name    = aws_lambda_function.worker.function_name
  function_version = aws_lambda_function.worker.version

  dynamic "routing_config" {
    for_each = var.generation == 1 ? [] : [1]
    content {
      additional_version_weights = { "1" = 0.25 }
    }
  }
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  function_name                     = aws_lambda_alias.live.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = var.generation
}

resource "aws_lambda_permission" "live" {
  statement_id  = "live"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.worker.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "logs.amazonaws.com"
}

resource "aws_lambda_function_event_invoke_config" "live" {
  function_name          = aws_lambda_alias.live.function_name
  qualifier              = aws_lambda_alias.live.name
  maximum_retry_attempts = var.generation - 1
}

resource "aws_lambda_function_url" "live" {
  function_name      = aws_lambda_function.worker.function_name
  qualifier          = aws_lambda_alias.live.name
  authorization_type = var.generation == 1 ? "AWS_IAM" : "NONE"
}

resource "aws_lambda_event_source_mapping" "live" {
  event_source_arn = aws_sqs_queue.dead.arn
  function_name    = aws_lambda_alias.live.arn
  batch_size       = var.generation
  enabled          = false
}

resource "aws_lambda_permission" "logs" {
  statement_id   = "logs"
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.worker.function_name
  principal      = "logs.amazonaws.com"
  source_arn     = "${aws_cloudwatch_log_group.events.arn}:*"
  source_account = data.aws_caller_identity.this.account_id
}

resource "aws_lambda_event_source_mapping" "work" {
  event_source_arn                   = aws_sqs_queue.work.arn
  function_name                      = aws_lambda_function.worker.arn
  batch_size                         = 5 * var.generation
  maximum_batching_window_in_seconds = var.generation
  function_response_types            = ["ReportBatchItemFailures"]

  filter_criteria {
    filter {
      pattern = jsonencode({ body = { kind = [{ prefix = "generation-${var.generation}" }] } })
    }
  }

  scaling_config {
    maximum_concurrency = 2 * var.generation
  }
}

resource "aws_lambda_function_event_invoke_config" "worker" {
  function_name                = aws_lambda_function.worker.function_name
  maximum_event_age_in_seconds = 60 * var.generation
  maximum_retry_attempts       = var.generation - 1

  destination_config {
    on_success {
      destination = aws_sqs_queue.work.arn
    }
    on_failure {
      destination = aws_sqs_queue.work.arn
    }
  }
}

resource "aws_lambda_function_url" "worker" {
  function_name      = aws_lambda_function.worker.function_name
  authorization_type = "AWS_IAM"

  cors {
    allow_origins = ["https://example.com"]
    allow_methods = ["GET", "POST"]
    max_age       = 60 * var.generation
  }
}

output "function_url" { value = aws_lambda_function_url.worker.function_url }
