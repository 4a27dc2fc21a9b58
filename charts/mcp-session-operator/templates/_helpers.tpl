{{- define "mcp-session-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Leaves room for the suffixes of Pods and of the objects below. */}}
{{- define "mcp-session-operator.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 45 | trimSuffix "-" }}
{{- else }}
{{- $name := include "mcp-session-operator.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 45 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 45 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{/* Of the operator's Pods; must never change, for a Deployment's selector cannot. */}}
{{- define "mcp-session-operator.selectorLabels" -}}
{{ include "mcp-session-operator.instanceLabels" . }}
app.kubernetes.io/component: operator
{{- end }}

{{/* Of all Pods of the release. */}}
{{- define "mcp-session-operator.instanceLabels" -}}
app.kubernetes.io/name: {{ include "mcp-session-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "mcp-session-operator.labels" -}}
{{- $labels := dict
    "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-")
    "app.kubernetes.io/version" .Chart.AppVersion
    "app.kubernetes.io/managed-by" .Release.Service
}}
{{- $own := include "mcp-session-operator.instanceLabels" . | fromYaml }}
{{- mergeOverwrite (deepCopy .Values.commonLabels) $labels $own | toYaml }}
{{- end }}

{{/* The metadata's labels and annotations: a list of the root context and, optional, a dict with further labels and annotations. */}}
{{- define "mcp-session-operator.metadata" -}}
{{- $root := first . }}
{{- $more := last . }}
{{- $labels := include "mcp-session-operator.labels" $root | fromYaml }}
{{- $annotations := deepCopy $root.Values.commonAnnotations }}
{{- if gt (len .) 1 }}
{{- $labels = mergeOverwrite (deepCopy ($more.labels | default dict)) $labels }}
{{- $annotations = mergeOverwrite $annotations (deepCopy ($more.annotations | default dict)) }}
{{- end -}}
labels:
  {{- toYaml $labels | nindent 2 }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "mcp-session-operator.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{- define "mcp-session-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "mcp-session-operator.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* The subjects of a binding. */}}
{{- define "mcp-session-operator.subjects" -}}
- kind: ServiceAccount
  name: {{ include "mcp-session-operator.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{/* "true" or nothing. */}}
{{- define "mcp-session-operator.watchNodes" -}}
{{- if kindIs "bool" .Values.nodes.watch }}
{{- if .Values.nodes.watch }}true{{ end }}
{{- else if not .Values.watchNamespaces }}true
{{- end }}
{{- end }}

{{/* "true" or nothing. */}}
{{- define "mcp-session-operator.aggregateToUserRoles" -}}
{{- if kindIs "bool" .Values.rbac.aggregateToUserRoles }}
{{- if .Values.rbac.aggregateToUserRoles }}true{{ end }}
{{- else if not .Values.watchNamespaces }}true
{{- end }}
{{- end }}

{{- define "mcp-session-operator.leaseNamespace" -}}
{{- (.Values.config.leaderElection | default dict).leaseNamespace | default .Release.Namespace }}
{{- end }}

{{- define "mcp-session-operator.leaseName" -}}
{{- (.Values.config.leaderElection | default dict).leaseName | default (include "mcp-session-operator.fullname" .) }}
{{- end }}

{{/* The configuration file. */}}
{{- define "mcp-session-operator.config" -}}
{{- $election := merge (dict "leaseName" (include "mcp-session-operator.leaseName" .)) (.Values.config.leaderElection | default dict) }}
{{- $switches := dict
    "leaderElection" $election
    "watchTokenSecrets" .Values.tokenSecrets.watch
    "watchNodes" (eq (include "mcp-session-operator.watchNodes" .) "true")
}}
{{- mergeOverwrite (deepCopy .Values.config) $switches | toYaml }}
{{- end }}

{{/* The rules that hold in the namespaces of sessions, for a Role or a ClusterRole. */}}
{{- define "mcp-session-operator.sessionRules" -}}
{{ include "mcp-session-operator.rules.sessions" . }}
{{- if .Values.tokenSecrets.watch }}
{{ include "mcp-session-operator.rules.watchTokenSecrets" . }}
{{- end }}
{{- if include "mcp-session-operator.watchNodes" . }}
{{ include "mcp-session-operator.rules.drain" . }}
{{- end }}
{{- end }}
