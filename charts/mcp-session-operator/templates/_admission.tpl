{{/* Binds a policy: a list of the root context, the policy's name and its values. */}}
{{- define "mcp-session-operator.policyBinding" -}}
{{- $values := last . -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata:
  name: {{ index . 1 }}
  {{- include "mcp-session-operator.metadata" (list (first .)) | nindent 2 }}
spec:
  policyName: {{ index . 1 }}
  validationActions:
    {{- toYaml $values.validationActions | nindent 4 }}
  {{- with $values.namespaceSelector }}
  matchResources:
    namespaceSelector:
      {{- toYaml . | nindent 6 }}
  {{- end }}
{{- end }}

{{/* Whether a request comes from one of those whom a policy's values name. */}}
{{- define "mcp-session-operator.comesFromOneOf" -}}
{{- $users := default list .users }}
{{- range .serviceAccounts }}
{{- $users = append $users (printf "system:serviceaccount:%s:%s" .namespace .name) }}
{{- end -}}
request.userInfo.username in {{ $users | toJson }}
|| (has(request.userInfo.groups) && request.userInfo.groups.exists(g, g in {{ .groups | toJson }}))
{{- end }}
