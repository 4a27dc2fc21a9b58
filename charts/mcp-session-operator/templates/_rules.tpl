{{/* Made from the table in dev.mcpsession.rbac.Permission by: mvn test -Dregenerate */}}
{{- define "mcp-session-operator.rules.sessions" -}}
- apiGroups: [mcpsession.dev]
  resources: [mcpsessions]
  verbs: [get, list, watch, delete, patch]
- apiGroups: [mcpsession.dev]
  resources: [mcpsessions/status]
  verbs: [update]
- apiGroups: [mcpsession.dev]
  resources: [mcpsessions/finalizers]
  verbs: [update]
- apiGroups: [mcpsession.dev]
  resources: [mcptemplates]
  verbs: [list, watch]
- apiGroups: [mcpsession.dev]
  resources: [mcptemplates/status]
  verbs: [update]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, update, delete]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, create, update, delete]
- apiGroups: [""]
  resources: [serviceaccounts/token]
  verbs: [create]
- apiGroups: [""]
  resources: [events]
  verbs: [get, create, update]
{{- end }}
{{- define "mcp-session-operator.rules.watchTokenSecrets" -}}
- apiGroups: [""]
  resources: [secrets]
  verbs: [list, watch]
{{- end }}
{{- define "mcp-session-operator.rules.drain" -}}
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create]
{{- end }}
{{- define "mcp-session-operator.rules.watchNodes" -}}
- apiGroups: [""]
  resources: [nodes]
  verbs: [list, watch]
{{- end }}
{{- define "mcp-session-operator.rules.leaderElection" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get, create, update]
{{- end }}
{{- define "mcp-session-operator.rules.cleanup" -}}
- apiGroups: [mcpsession.dev]
  resources: [mcpsessions]
  verbs: [list, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [list, delete]
{{- end }}
{{- define "mcp-session-operator.rules.gateway" -}}
- apiGroups: [mcpsession.dev]
  resources: [mcptemplates]
  verbs: [get, list, watch]
- apiGroups: [mcpsession.dev]
  resources: [mcpsessions]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [mcpsession.dev]
  resources: [mcpconnections]
  verbs: [get, list, watch, create, update, patch, delete]
{{- end }}
{{- define "mcp-session-operator.rules.gatewaySignIn" -}}
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, create, patch, delete]
{{- end }}
{{- define "mcp-session-operator.rules.gatewaySignInStore" -}}
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, update, patch, delete]
{{- end }}
