extension AWSManagedPolicy {
    /// The policies that serverless applications commonly attach, with what they allow of the services that Apus has or
    /// is meant to have. Where AWS's policy also names services that Apus will not have, those actions are left out.
    ///
    /// Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
    static let table = """
        /AdministratorAccess
          allow * on *
        /PowerUserAccess
          allow-except account:* iam:* organizations:* on *
          allow account:GetAccountInformation account:GetPrimaryEmail account:ListRegions \
              iam:CreateServiceLinkedRole iam:DeleteServiceLinkedRole iam:ListRoles \
              organizations:DescribeEffectivePolicy organizations:DescribeOrganization on *
        /ReadOnlyAccess
          allow apigateway:GET cloudformation:Describe* cloudformation:Detect* cloudformation:Estimate* \
              cloudformation:Get* cloudformation:List* cloudformation:ValidateTemplate cloudwatch:Describe* \
              cloudwatch:Get* cloudwatch:List* cognito-identity:Describe* cognito-identity:Get* \
              cognito-identity:List* cognito-idp:AdminGet* cognito-idp:AdminList* cognito-idp:Describe* \
              cognito-idp:Get* cognito-idp:List* dynamodb:BatchGet* dynamodb:Describe* dynamodb:Get* dynamodb:List* \
              dynamodb:PartiQLSelect dynamodb:Query dynamodb:Scan events:Describe* events:List* events:Test* \
              iam:Generate* iam:Get* iam:List* iam:Simulate* kinesis:Describe* kinesis:Get* kinesis:List* \
              kms:Describe* kms:Get* kms:List* lambda:Get* lambda:List* logs:Describe* logs:FilterLogEvents \
              logs:Get* logs:List* logs:StartQuery logs:StopQuery logs:TestMetricFilter pipes:Describe* pipes:List* \
              s3:Describe* s3:Get* s3:List* scheduler:Get* scheduler:List* secretsmanager:Describe* \
              secretsmanager:GetResourcePolicy secretsmanager:List* sns:Check* sns:Get* sns:List* sqs:Get* sqs:List* \
              sqs:Receive* ssm:Describe* ssm:Get* ssm:List* states:Describe* states:GetExecutionHistory states:List* \
              sts:GetAccessKeyInfo sts:GetCallerIdentity sts:GetSessionToken tag:Get* xray:BatchGet* xray:Get* on *
        /IAMFullAccess
          allow iam:* organizations:DescribeAccount organizations:DescribeOrganization \
              organizations:DescribeOrganizationalUnit organizations:DescribePolicy organizations:ListChildren \
              organizations:ListParents organizations:ListPolicies organizations:ListPoliciesForTarget \
              organizations:ListRoots organizations:ListTargetsForPolicy on *
        /IAMReadOnlyAccess
          allow iam:GenerateCredentialReport iam:GenerateServiceLastAccessedDetails iam:Get* iam:List* \
              iam:SimulateCustomPolicy iam:SimulatePrincipalPolicy on *
        /service-role/AWSLambdaBasicExecutionRole
          allow logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents on *
        /service-role/AWSLambdaSQSQueueExecutionRole
          allow sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes logs:CreateLogGroup \
              logs:CreateLogStream logs:PutLogEvents on *
        /service-role/AWSLambdaDynamoDBExecutionRole
          allow dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams \
              logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents on *
        /service-role/AWSLambdaKinesisExecutionRole
          allow kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator \
              kinesis:ListShards kinesis:ListStreams kinesis:SubscribeToShard logs:CreateLogGroup \
              logs:CreateLogStream logs:PutLogEvents on *
        /service-role/AWSLambdaVPCAccessExecutionRole
          allow logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents ec2:CreateNetworkInterface \
              ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DeleteNetworkInterface \
              ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses on *
        /service-role/AWSLambdaRole
          allow lambda:InvokeFunction on *
        /AWSLambdaExecute
          allow logs:* on arn:aws:logs:*:*:*
          allow s3:GetObject s3:PutObject on arn:aws:s3:::*
        /AWSLambdaInvocation-DynamoDB
          allow lambda:InvokeFunction on *
          allow dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams on *
        /AWSLambda_FullAccess
          allow cloudformation:DescribeStacks cloudformation:ListStackResources cloudwatch:ListMetrics \
              cloudwatch:GetMetricData ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs \
              kms:ListAliases iam:GetPolicy iam:GetPolicyVersion iam:GetRole iam:GetRolePolicy \
              iam:ListAttachedRolePolicies iam:ListRolePolicies iam:ListRoles lambda:* logs:DescribeLogGroups \
              states:DescribeStateMachine states:ListStateMachines tag:GetResources xray:GetTraceSummaries \
              xray:BatchGetTraces on *
          allow iam:PassRole on * if StringEquals iam:PassedToService lambda.amazonaws.com
          allow logs:DescribeLogStreams logs:GetLogEvents logs:FilterLogEvents logs:StartLiveTail \
              logs:StopLiveTail on arn:aws:logs:*:*:log-group:/aws/lambda/*
        /AWSLambda_ReadOnlyAccess
          allow cloudformation:DescribeStacks cloudformation:ListStacks cloudformation:ListStackResources \
              cloudwatch:GetMetricData cloudwatch:ListMetrics ec2:DescribeSecurityGroups ec2:DescribeSubnets \
              ec2:DescribeVpcs kms:ListAliases iam:GetPolicy iam:GetPolicyVersion iam:GetRole iam:GetRolePolicy \
              iam:ListAttachedRolePolicies iam:ListRolePolicies iam:ListRoles logs:DescribeLogGroups lambda:Get* \
              lambda:List* states:DescribeStateMachine states:ListStateMachines tag:GetResources \
              xray:GetTraceSummaries xray:BatchGetTraces on *
          allow logs:DescribeLogStreams logs:GetLogEvents logs:FilterLogEvents logs:StartLiveTail \
              logs:StopLiveTail on arn:aws:logs:*:*:log-group:/aws/lambda/*
        /AmazonSQSFullAccess
          allow sqs:* on *
        /AmazonSQSReadOnlyAccess
          allow sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ListDeadLetterSourceQueues sqs:ListQueues \
              sqs:ListMessageMoveTasks sqs:ListQueueTags on *
        /AmazonSNSFullAccess
          allow sns:* on *
        /AmazonSNSReadOnlyAccess
          allow sns:GetTopicAttributes sns:List* sns:CheckIfPhoneNumberIsOptedOut sns:GetEndpointAttributes \
              sns:GetDataProtectionPolicy sns:GetPlatformApplicationAttributes sns:GetSMSAttributes \
              sns:GetSMSSandboxAccountStatus sns:GetSubscriptionAttributes on *
        /AmazonS3FullAccess
          allow s3:* s3-object-lambda:* on *
        /AmazonS3ReadOnlyAccess
          allow s3:Get* s3:List* s3:Describe* s3-object-lambda:Get* s3-object-lambda:List* on *
        /AmazonDynamoDBFullAccess
          allow dynamodb:* dax:* cloudwatch:DeleteAlarms cloudwatch:DescribeAlarmHistory \
              cloudwatch:DescribeAlarms cloudwatch:DescribeAlarmsForMetric cloudwatch:GetMetricStatistics \
              cloudwatch:ListMetrics cloudwatch:PutMetricAlarm cloudwatch:GetMetricData iam:GetRole iam:ListRoles \
              kms:DescribeKey kms:ListAliases sns:CreateTopic sns:DeleteTopic sns:ListSubscriptions \
              sns:ListSubscriptionsByTopic sns:ListTopics sns:Subscribe sns:Unsubscribe sns:SetTopicAttributes \
              lambda:CreateFunction lambda:ListFunctions lambda:ListEventSourceMappings \
              lambda:CreateEventSourceMapping lambda:DeleteEventSourceMapping lambda:GetFunctionConfiguration \
              lambda:DeleteFunction tag:GetResources kinesis:ListStreams kinesis:DescribeStream \
              kinesis:DescribeStreamSummary on *
        /AmazonDynamoDBReadOnlyAccess
          allow dynamodb:BatchGetItem dynamodb:Describe* dynamodb:List* dynamodb:GetItem \
              dynamodb:GetResourcePolicy dynamodb:Query dynamodb:Scan dynamodb:PartiQLSelect \
              cloudwatch:DescribeAlarmHistory cloudwatch:DescribeAlarms cloudwatch:DescribeAlarmsForMetric \
              cloudwatch:GetMetricStatistics cloudwatch:ListMetrics cloudwatch:GetMetricData iam:GetRole \
              iam:ListRoles kms:DescribeKey kms:ListAliases sns:ListSubscriptionsByTopic sns:ListTopics \
              lambda:ListFunctions lambda:ListEventSourceMappings lambda:GetFunctionConfiguration tag:GetResources \
              kinesis:ListStreams kinesis:DescribeStream kinesis:DescribeStreamSummary on *
        /AmazonKinesisFullAccess
          allow kinesis:* on *
        /AmazonKinesisReadOnlyAccess
          allow kinesis:Get* kinesis:List* kinesis:Describe* on *
        /AmazonEventBridgeFullAccess
          allow events:* schemas:* scheduler:* pipes:* on *
          allow iam:PassRole on arn:aws:iam::*:role/* if StringLike iam:PassedToService events.amazonaws.com
          allow iam:PassRole on arn:aws:iam::*:role/* if StringEquals iam:PassedToService scheduler.amazonaws.com
          allow iam:PassRole on arn:aws:iam::*:role/* if StringEquals iam:PassedToService pipes.amazonaws.com
        /AWSStepFunctionsFullAccess
          allow states:* on *
        /AWSStepFunctionsReadOnlyAccess
          allow states:ListStateMachines states:ListActivities states:DescribeStateMachine \
              states:DescribeStateMachineForExecution states:ListExecutions states:DescribeExecution \
              states:GetExecutionHistory states:DescribeActivity on *
        /AmazonAPIGatewayAdministrator
          allow apigateway:* on arn:aws:apigateway:*::/*
        /AmazonAPIGatewayInvokeFullAccess
          allow execute-api:Invoke execute-api:ManageConnections on arn:aws:execute-api:*:*:*
        /service-role/AmazonAPIGatewayPushToCloudWatchLogs
          allow logs:CreateLogGroup logs:CreateLogStream logs:DescribeLogGroups logs:DescribeLogStreams \
              logs:PutLogEvents logs:GetLogEvents logs:FilterLogEvents on *
        /CloudWatchLogsFullAccess
          allow logs:* cloudwatch:GenerateQuery on *
        /CloudWatchLogsReadOnlyAccess
          allow logs:Describe* logs:Get* logs:List* logs:StartQuery logs:StopQuery logs:TestMetricFilter \
              logs:FilterLogEvents logs:StartLiveTail logs:StopLiveTail cloudwatch:GenerateQuery on *
        /CloudWatchFullAccess
          allow cloudwatch:* logs:* sns:* iam:GetPolicy iam:GetPolicyVersion iam:GetRole on *
        /CloudWatchLambdaInsightsExecutionRolePolicy
          allow logs:CreateLogGroup on *
          allow logs:CreateLogStream logs:PutLogEvents on arn:aws:logs:*:*:log-group:/aws/lambda-insights:*
        /SecretsManagerReadWrite
          allow secretsmanager:* kms:DescribeKey kms:ListAliases kms:ListKeys lambda:ListFunctions \
              tag:GetResources on *
        /AmazonSSMFullAccess
          allow cloudwatch:PutMetricData logs:* ssm:* on *
        /AmazonSSMReadOnlyAccess
          allow ssm:Describe* ssm:Get* ssm:List* on *
        /AWSXRayDaemonWriteAccess
          allow xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets \
              xray:GetSamplingStatisticSummaries on *
        /AWSXrayFullAccess
          allow xray:* on *
        """
}
