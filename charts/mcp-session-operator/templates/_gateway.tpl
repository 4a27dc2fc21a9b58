{{- define "mcp-session-operator.gateway.fullname" -}}
{{- include "mcp-session-operator.fullname" . }}-gateway
{{- end }}

{{/* Of the gateway's Pods, and never of the operator's; must never change, for a Deployment's selector cannot. */}}
{{- define "mcp-session-operator.gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "mcp-session-operator.name" . | trunc 55 | trimSuffix "-" }}-gateway
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: gateway
{{- end }}

{{/* As of the operator's objects: a list of the root context and, optional, a dict with further labels and annotations. */}}
{{- define "mcp-session-operator.gateway.metadata" -}}
{{- $metadata := include "mcp-session-operator.metadata" . | fromYaml -}}
{{- $own := include "mcp-session-operator.gateway.selectorLabels" (first .) | fromYaml -}}
{{- toYaml (mergeOverwrite $metadata (dict "labels" $own)) }}
{{- end }}

{{- define "mcp-session-operator.gateway.serviceAccountName" -}}
{{- with .Values.gateway.serviceAccount }}
{{- if .create }}
{{- default (include "mcp-session-operator.gateway.fullname" $) .name }}
{{- else }}
{{- default "default" .name }}
{{- end }}
{{- end }}
{{- end }}

{{/* The Secret with the keys of session ids. */}}
{{- define "mcp-session-operator.gateway.keysName" -}}
{{- .Values.gateway.keys.existingSecret | default (printf "%s-keys" (include "mcp-session-operator.gateway.fullname" .)) }}
{{- end }}

{{- define "mcp-session-operator.gateway.signInName" -}}
{{- include "mcp-session-operator.gateway.fullname" . }}-sign-in
{{- end }}

{{/* The Secret with the keys of sign-in. */}}
{{- define "mcp-session-operator.gateway.signInKeysName" -}}
{{- include "mcp-session-operator.gateway.signInName" . }}-keys
{{- end }}

{{/* Where the client secret at the identity provider is mounted. */}}
{{- define "mcp-session-operator.gateway.clientSecretFolder" -}}
/var/run/secrets/mcp-gateway-identity-provider
{{- end }}

{{/* How users sign in, with what the chart knows of it; nothing: they do not. */}}
{{- define "mcp-session-operator.gateway.signIn" -}}
{{- $given := include "mcp-session-operator.pruned" .Values.gateway.config.signIn | fromYaml }}
{{- $chart := dict
    "namespace" .Release.Namespace
    "keysSecretName" (include "mcp-session-operator.gateway.signInKeysName" .)
}}
{{- if .Values.gateway.signIn.identityProviderSecret.name }}
{{- if not $given.identityProvider }}
{{- fail "gateway.signIn.identityProviderSecret is of no use without gateway.config.signIn.identityProvider: set issuer and clientId there, or leave the Secret out" }}
{{- end }}
{{- $folder := include "mcp-session-operator.gateway.clientSecretFolder" . }}
{{- $chart = set $chart "identityProvider" (dict "clientSecretFile" (printf "%s/client-secret" $folder)) }}
{{- end }}
{{- if $given }}
{{- merge $chart $given (dict "issuer" (trimSuffix "/" .Values.gateway.config.baseUrl)) | toYaml }}
{{- end }}
{{- end }}

{{/* The gateway's configuration file. Without these keys the gateway would not start, and Helm would not say why. */}}
{{- define "mcp-session-operator.gateway.config" -}}
{{- $missing := list }}
{{- with .Values.gateway.config }}
{{- if not .baseUrl }}
{{- $missing = append $missing "gateway.config.baseUrl is not set: set it to the URL by which MCP clients reach the gateway, such as https://mcp.example" }}
{{- end }}
{{- if not (or .issuers (include "mcp-session-operator.gateway.signIn" $)) }}
{{- $missing = append $missing "gateway.config.issuers is empty, and nobody could sign in: name the OAuth 2 authorization servers whose tokens the gateway accepts, such as [{issuer: https://sso.example/realms/staff}], or set gateway.config.signIn" }}
{{- end }}
{{- end }}
{{- with $missing }}
{{- fail (printf "%s (docs/gateway.md describes both)" (join ". And " .)) }}
{{- end }}
{{- $chart := dict "keysDirectory" "/var/run/secrets/mcp-gateway" }}
{{- with include "mcp-session-operator.gateway.signIn" . }}
{{- $chart = set $chart "signIn" (fromYaml .) }}
{{- end }}
{{- include "mcp-session-operator.pruned" (merge $chart .Values.gateway.config) }}
{{- end }}

{{/* The host of gateway.config.baseUrl, for routes that name no host. */}}
{{- define "mcp-session-operator.gateway.host" -}}
{{- if not (has (get (urlParse .Values.gateway.config.baseUrl) "path") (list "" "/")) }}
{{- fail "gateway.config.baseUrl has a path, which neither gateway.ingress nor gateway.httpRoute takes away: leave the path out, or make a route of your own" }}
{{- end }}
{{- get (urlParse .Values.gateway.config.baseUrl) "hostname" }}
{{- end }}

{{/* The gateway's Pods, as a peer of a NetworkPolicy. */}}
{{- define "mcp-session-operator.gateway.peer" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .Release.Namespace }}
  podSelector:
    matchLabels:
      {{- include "mcp-session-operator.gateway.selectorLabels" . | nindent 6 }}
{{- end }}
