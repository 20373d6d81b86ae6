import { join } from 'node:path'
import { Annotations, type App, CfnOutput, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib'
import type { IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment'
import { privateBucket } from './bucket.ts'
import { type Environment, signInScope } from './environments.ts'

type WebProps = {
  environment: Environment
  /** The folder with the built pages: `index.html`, and `assets/` whose names change with their content. */
  pages: string
  api: IHttpApi
}

/** A page's path has no extension. index.html shows every page. */
const toThePage = `function handler(event) {
  var request = event.request
  if (!/\\.[^/]*$/.test(request.uri)) request.uri = '/index.html'
  return request
}`

/** Without a setting, CloudFront caches these errors for ten seconds and serves them to other callers too. */
const uncachedErrors = [400, 403, 404, 405, 414, 500, 501, 502, 503, 504]

/** The pages, and the API under `/v1` of the same origin, so that the pages need no CORS. */
export class WebStack extends Stack {
  readonly #props: WebProps

  constructor(app: App, id: string, props: WebProps) {
    const { environment } = props
    super(app, id, { env: { region: environment.region } })
    this.#props = props

    const bucket = privateBucket(this, 'Pages', { environment })
    const distribution = this.#distribution(bucket)
    // The warning is about a file list at the root. The root object and the function serve index.html instead.
    Annotations.of(distribution).acknowledgeWarning('@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk')
    this.#deploy(bucket)
    new CfnOutput(this, 'WebUrl', {
      value: environment.certificate ? environment.webUrl : `https://${distribution.distributionDomainName}`,
    })
  }

  #distribution(bucket: Bucket): cloudfront.Distribution {
    const { environment, api } = this.#props
    const { certificate, webUrl } = environment
    const everywhere = {
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: this.#headers(),
    }
    return new cloudfront.Distribution(this, 'Distribution', {
      comment: this.stackName,
      defaultBehavior: {
        ...everywhere,
        // Without the right to list, S3 answers 403 instead of 404 for a missing file.
        origin: S3BucketOrigin.withOriginAccessControl(bucket, {
          originId: 'pages',
          originAccessLevels: [cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST],
          originAccessControl: new cloudfront.S3OriginAccessControl(this, 'Signing', {
            originAccessControlName: `${this.stackName}-signing`,
          }),
        }),
        cachePolicy: new cloudfront.CachePolicy(this, 'CacheByHeaders', {
          cachePolicyName: `${this.stackName}-cache-by-headers`,
          minTtl: Duration.seconds(0),
          defaultTtl: Duration.seconds(0),
          enableAcceptEncodingBrotli: true,
          enableAcceptEncodingGzip: true,
        }),
        functionAssociations: [
          {
            eventType: cloudfront.FunctionEventType.VIEWER_REQUEST,
            function: new cloudfront.Function(this, 'ToThePage', {
              functionName: `${this.stackName}-to-the-page`,
              code: cloudfront.FunctionCode.fromInline(toThePage),
              runtime: cloudfront.FunctionRuntime.JS_2_0,
            }),
          },
        ],
      },
      additionalBehaviors: {
        '/v1/*': {
          ...everywhere,
          origin: new HttpOrigin(Fn.select(2, Fn.split('/', api.apiEndpoint)), { originId: 'api' }),
          allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
          cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
          originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        },
      },
      defaultRootObject: 'index.html',
      errorResponses: uncachedErrors.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      priceClass: cloudfront.PriceClass.PRICE_CLASS_100,
      ...(certificate && {
        domainNames: [new URL(webUrl).hostname],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', certificate),
      }),
    })
  }

  /** The API's documentation page has a content security policy of its own, which stays. */
  #headers(): cloudfront.ResponseHeadersPolicy {
    const { issuer, signInUrl } = this.#props.environment
    const signIn = [...new Set([issuer, signInUrl].map((url) => new URL(url).origin))]
    return new cloudfront.ResponseHeadersPolicy(this, 'Headers', {
      responseHeadersPolicyName: `${this.stackName}-headers`,
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "manifest-src 'self'",
            `connect-src 'self' ${signIn.join(' ')}`,
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
          ].join('; '),
          override: false,
        },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: cloudfront.HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: cloudfront.HeadersReferrerPolicy.NO_REFERRER, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [
          {
            header: 'permissions-policy',
            value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
            override: true,
          },
          { header: 'cross-origin-opener-policy', value: 'same-origin', override: true },
        ],
      },
    })
  }

  /** Deploys assets first and removes none, because an open page still loads the assets that it was built with. */
  #deploy(bucket: Bucket) {
    const { environment, pages } = this.#props
    const { issuer, audience } = environment
    const logGroup = new LogGroup(this, 'DeploymentLog', {
      retention: environment.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const deployment = {
      destinationBucket: bucket,
      prune: false,
      role: this.#deployer(bucket, logGroup).withoutPolicyUpdates(),
      logGroup,
    }
    const assets = new BucketDeployment(this, 'Assets', {
      ...deployment,
      sources: [Source.asset(join(pages, 'assets'))],
      destinationKeyPrefix: 'assets',
      cacheControl: [
        CacheControl.setPublic(),
        CacheControl.maxAge(Duration.days(365)),
        CacheControl.immutable(),
      ],
    })
    const page = new BucketDeployment(this, 'Page', {
      ...deployment,
      sources: [
        Source.asset(pages, { exclude: ['assets'] }),
        Source.jsonData('config.json', { issuer, clientId: audience, scope: signInScope }),
      ],
      cacheControl: [CacheControl.noCache()],
    })
    page.node.addDependency(assets)
  }

  /** The CDK's own role could also read and delete. */
  #deployer(bucket: Bucket, logGroup: LogGroup): Role {
    const { bootstrapQualifier } = this.synthesizer
    const uploads = `arn:${this.partition}:s3:::cdk-${bootstrapQualifier}-assets-${this.account}-${this.region}`
    return new Role(this, 'Deployer', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        deploy: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
            new PolicyStatement({ actions: ['s3:GetObject'], resources: [`${uploads}/*`] }),
            new PolicyStatement({ actions: ['s3:ListBucket'], resources: [uploads, bucket.bucketArn] }),
            new PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')] }),
          ],
        }),
      },
    })
  }
}
