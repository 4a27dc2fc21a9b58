{{/*
Gives a key of the values that is absent or null its default. Every template begins with it, for Helm drops a key that
is given as null, with all that is below it, and parents of this chart may pass null on.
*/}}
{{- define "mcp-session-operator.fillDefaults" -}}
{{- include "mcp-session-operator.fill" (list .Values (include "mcp-session-operator.defaults" . | fromYaml)) }}
{{- end }}

{{/* Of a list of two dicts, the first gets what is absent or null in it from the second. */}}
{{- define "mcp-session-operator.fill" -}}
{{- $values := first . }}
{{- range $key, $default := last . }}
{{- $value := index $values $key }}
{{- if kindIs "invalid" $value }}
{{- $_ := set $values $key $default }}
{{- else if kindIs "map" $default }}
{{- include "mcp-session-operator.fill" (list $value $default) }}
{{- end }}
{{- end }}
{{- end }}

{{/* A dict as YAML, without what is null or an empty dict in it, at any depth; nothing if that is all. */}}
{{- define "mcp-session-operator.pruned" -}}
{{- $kept := dict }}
{{- range $key, $value := . }}
{{- if kindIs "map" $value }}
{{- with include "mcp-session-operator.pruned" $value | fromYaml }}
{{- $_ := set $kept $key . }}
{{- end }}
{{- else if not (kindIs "invalid" $value) }}
{{- $_ := set $kept $key $value }}
{{- end }}
{{- end }}
{{- with $kept }}
{{- toYaml . }}
{{- end }}
{{- end }}

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

{{/* As in an image's name, the first part is a registry if it has a dot or a port, or is localhost. */}}
{{- define "mcp-session-operator.image" -}}
{{- $repository := .Values.image.repository }}
{{- with .Values.global.imageRegistry }}
{{- $repository = printf "%s/%s" (trimSuffix "/" .) (regexReplaceAll "^([^/]*[.:][^/]*|localhost)/" $repository "") }}
{{- end }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{/* Of a Pod, from both lists; each entry is a name or {name: …}. */}}
{{- define "mcp-session-operator.imagePullSecrets" -}}
{{- $names := list }}
{{- range concat .Values.global.imagePullSecrets .Values.imagePullSecrets }}
{{- if kindIs "map" . }}
{{- $names = append $names .name }}
{{- else }}
{{- $names = append $names . }}
{{- end }}
{{- end }}
{{- range uniq $names }}
- name: {{ . }}
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
{{- include "mcp-session-operator.pruned" (mergeOverwrite (deepCopy .Values.config) $switches) }}
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
