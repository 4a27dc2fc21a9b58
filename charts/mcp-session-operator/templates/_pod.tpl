{{/*
The part of a Pod's spec that says as whom and where it runs: a list of the root context, the values of its place and the
labels of its Deployment's selector, as YAML.
*/}}
{{- define "mcp-session-operator.podSettings" -}}
{{- $root := first . -}}
{{- $own := dict "labelSelector" (dict "matchLabels" (last . | fromYaml)) -}}
{{- with index . 1 -}}
automountServiceAccountToken: true
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .terminationGracePeriodSeconds }}
{{- with include "mcp-session-operator.imagePullSecrets" $root }}
imagePullSecrets:
  {{- . | trim | nindent 2 }}
{{- end }}
{{- with include "mcp-session-operator.pruned" $root.Values.podSecurityContext }}
securityContext:
  {{- . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  - {{- merge (deepCopy .) (ternary (dict) $own (hasKey . "labelSelector")) | toYaml | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* The environment of a container: a list of the root context and further variables. */}}
{{- define "mcp-session-operator.env" -}}
{{- range $name, $path := dict "POD_NAME" "metadata.name" "POD_NAMESPACE" "metadata.namespace" "POD_UID" "metadata.uid" }}
- name: {{ $name }}
  valueFrom:
    fieldRef:
      fieldPath: {{ $path }}
{{- end }}
- name: LOG_LEVEL
  value: {{ (first .).Values.logging.level | quote }}
- name: LOG_FORMAT
  value: {{ (first .).Values.logging.format | quote }}
{{- with last . }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The probes of a container, by the name of its port: a list of the root context and the name. */}}
{{- define "mcp-session-operator.probes" -}}
livenessProbe:
  httpGet:
    path: /healthz
    port: {{ last . }}
  {{- toYaml (first .).Values.livenessProbe | nindent 2 }}
readinessProbe:
  httpGet:
    path: /readyz
    port: {{ last . }}
  {{- toYaml (first .).Values.readinessProbe | nindent 2 }}
{{- end }}
