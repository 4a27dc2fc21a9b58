{{/*
Of every key of values.yaml, what null means. Made from it by: mvn test -Dregenerate
*/}}
{{- define "mcp-session-operator.defaults" -}}
global:
  imageRegistry: ""
  imagePullSecrets: []
nameOverride: ""
fullnameOverride: ""
commonLabels: {}
commonAnnotations: {}
image:
  repository: mcp-session-operator
  tag: ""
  digest: ""
  pullPolicy: IfNotPresent
imagePullSecrets: []
replicaCount: 2
watchNamespaces: []
config:
  tokenEndpoints:
    allowed: []
tokenSecrets:
  watch: false
nodes:
  watch: null
logging:
  level: INFO
  format: JSON
crds:
  enabled: true
  keep: true
serviceAccount:
  create: true
  name: ""
  annotations: {}
rbac:
  create: true
  aggregateToUserRoles: null
  endingNamespaces: false
resources: {}
podSecurityContext: {}
securityContext: {}
livenessProbe:
  initialDelaySeconds: 10
  periodSeconds: 10
  timeoutSeconds: 1
  failureThreshold: 6
readinessProbe:
  periodSeconds: 5
  timeoutSeconds: 1
  failureThreshold: 3
updateStrategy: {}
terminationGracePeriodSeconds: 60
podDisruptionBudget:
  enabled: true
  maxUnavailable: 1
topologySpreadConstraints: []
affinity: {}
nodeSelector: {}
tolerations: []
priorityClassName: ""
podLabels: {}
podAnnotations: {}
extraEnv: []
extraVolumes: []
extraVolumeMounts: []
gateway:
  enabled: false
  replicaCount: 2
  config:
    baseUrl: ""
    issuers: []
    signIn: {}
  signIn:
    identityProviderSecret:
      name: ""
      key: client_secret
  keys:
    existingSecret: ""
  serviceAccount:
    create: true
    name: ""
    annotations: {}
  admission:
    enabled: true
    namespaceSelector: {}
    validationActions:
      - Deny
  service:
    type: ClusterIP
    port: 80
    annotations: {}
  ingress:
    enabled: false
    className: ""
    annotations: {}
    host: ""
    tlsSecretName: ""
  httpRoute:
    enabled: false
    parentRefs: []
    hostnames: []
    annotations: {}
  autoscaling:
    enabled: false
    minReplicas: 2
    maxReplicas: 10
    targetCPUUtilizationPercentage: 70
  networkPolicy:
    enabled: false
    ingressFrom: []
    metricsFrom: []
    apiServer:
      to: []
      ports:
        - 443
        - 6443
    issuers:
      to: []
      ports:
        - 443
    signIn:
      to: []
      ports:
        - 443
    dns:
      to: []
      ports:
        - 53
  podDisruptionBudget:
    enabled: true
    maxUnavailable: 1
  resources: {}
  updateStrategy: {}
  terminationGracePeriodSeconds: 75
  topologySpreadConstraints: []
  affinity: {}
  nodeSelector: {}
  tolerations: []
  priorityClassName: ""
  podLabels: {}
  podAnnotations: {}
  extraEnv: []
  extraVolumes: []
  extraVolumeMounts: []
serviceMonitor:
  enabled: false
  labels: {}
  interval: ""
  scrapeTimeout: ""
  relabelings: []
  metricRelabelings: []
podMonitor:
  enabled: false
  labels: {}
  interval: ""
  scrapeTimeout: ""
  relabelings: []
  metricRelabelings: []
prometheusRule:
  enabled: false
  labels: {}
  runbookUrl: docs/operations.md
dashboard:
  enabled: false
  labels: {}
  annotations: {}
  namespace: ""
networkPolicy:
  enabled: false
  ingressFrom: []
  apiServer:
    to: []
    ports:
      - 443
      - 6443
  issuers:
    to: []
    ports:
      - 443
  dns:
    to: []
    ports:
      - 53
sessionNetworkPolicy:
  enabled: false
  namespaces: []
  ingressFrom: []
admission:
  templates:
    enabled: false
    serviceAccounts:
      - default
    namespaceSelector: {}
    validationActions:
      - Deny
  heartbeat:
    enabled: false
    serviceAccounts: []
    groups: []
    namespaceSelector: {}
    validationActions:
      - Deny
  sessionCreators:
    enabled: false
    serviceAccounts: []
    groups: []
    users: []
    namespaceSelector: {}
    validationActions:
      - Deny
cleanup:
  sessions: false
  storageNamespace: ""
  timeoutSeconds: 240
flowSchema:
  enabled: false
  priorityLevel: leader-election
  matchingPrecedence: 500
{{- end }}
