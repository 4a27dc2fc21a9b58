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

{{/*
Lets some only create sessions that name a template, and change only their annotations: a list of the root context, the
policy's name and its values.
*/}}
{{- define "mcp-session-operator.sessionCreatorPolicy" -}}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: {{ index . 1 }}
  {{- include "mcp-session-operator.metadata" (list (first .)) | nindent 2 }}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
      - apiGroups: [mcpsession.dev]
        apiVersions: ["*"]
        resources: [mcpsessions, mcpsessions/*]
        # They may delete sessions.
        operations: [CREATE, UPDATE]
  matchConditions:
    - name: is-a-session-creator
      expression: >-
        {{- include "mcp-session-operator.comesFromOneOf" (last .) | nindent 8 }}
  variables:
    - name: annotations
      expression: "['mcpsession.dev/lastActive', 'mcpsession.dev/lastConnected', 'mcpsession.dev/released']"
    - name: before
      expression: "oldObject != null && has(oldObject.metadata.annotations) ? oldObject.metadata.annotations : {}"
    - name: after
      expression: "has(object.metadata.annotations) ? object.metadata.annotations : {}"
    # Of a new session. All but those listed, so that a field of a later version is refused, too; suspend: false is what
    # the schema puts there.
    - name: fields
      expression: >-
        dyn(object.spec).filter(f, !(f in ['templateRef', 'user', 'owner', 'grantSecretName'])
          && (f != 'suspend' || object.spec.suspend)).map(f, 'spec.' + f)
    - name: template
      expression: "has(object.spec.templateRef) ? object.spec.templateRef.name : ''"
    - name: owners
      expression: >-
        has(object.metadata.ownerReferences) ? object.metadata.ownerReferences.filter(o,
          !o.apiVersion.startsWith('mcpsession.dev/') || o.kind != 'McpSessionTemplate'
          || o.name != variables.template || (has(o.controller) && o.controller)).map(o, o.kind + ' ' + o.name) : []
    - name: labels
      expression: >-
        has(object.metadata.labels) ? object.metadata.labels.filter(l, l.startsWith('mcpsession.dev/')) : []
    - name: reserved
      expression: >-
        variables.after.filter(a, a.startsWith('mcpsession.dev/') && !(a in variables.annotations))
    # All at once, for only the first validation that fails is told.
    - name: complaintsAboutNew
      expression: >-
        (variables.template != '' ? [] : [
          'spec.templateRef: is missing; name the McpSessionTemplate that the session is to be made from'])
        + (variables.fields.size() == 0 ? [] : [
          variables.fields.join(', ') + ': ' + request.userInfo.username
          + ' may set only templateRef, user, owner and grantSecretName; leave the rest to the template'])
        + (has(object.spec.owner) ? [] : [
          'spec.owner: is missing; ' + request.userInfo.username
          + ' may only create sessions that belong to somebody: set issuer and subject'])
        + (!has(object.metadata.finalizers) || object.metadata.finalizers.size() == 0 ? [] : [
          'metadata.finalizers: ' + request.userInfo.username + ' may set none; leave them out'])
        + (variables.owners.size() == 0 ? [] : [
          'metadata.ownerReferences: ' + variables.owners.join(', ') + ': ' + request.userInfo.username
          + ' may set only the McpSessionTemplate that spec.templateRef names, without controller: true'])
        + (variables.labels.size() == 0 ? [] : [
          'metadata.labels: ' + variables.labels.join(', ') + ': ' + request.userInfo.username
          + ' may set any label that does not begin with mcpsession.dev/'])
        + (variables.reserved.size() == 0 ? [] : [
          'metadata.annotations: ' + variables.reserved.join(', ') + ': ' + request.userInfo.username
          + ' may set, of those that begin with mcpsession.dev/, only ' + variables.annotations.join(', ')])
    # Of a session that is there already.
    - name: changed
      expression: >-
        (object.spec == oldObject.spec ? [] : ['spec'])
{{- range list "labels" "finalizers" "ownerReferences" }}
        + ((has(object.metadata.{{ . }}) ? dyn(object.metadata.{{ . }}) : [])
          == (has(oldObject.metadata.{{ . }}) ? dyn(oldObject.metadata.{{ . }}) : []) ? [] : ['metadata.{{ . }}'])
{{- end }}
        + (variables.after.filter(a, !(a in variables.before) || variables.after[a] != variables.before[a])
          + variables.before.filter(a, !(a in variables.after)))
          .filter(a, !(a in variables.annotations)).map(a, 'metadata.annotations[' + a + ']')
    - name: complaintsAboutChange
      expression: >-
        variables.changed.size() == 0 ? [] : [
          variables.changed.join(', ') + ': ' + request.userInfo.username
          + ' may change only the annotations ' + variables.annotations.join(', ')
          + ' of a session; patch those alone']
    - name: complaints
      expression: >-
        has(request.subResource) && request.subResource != '' ? [
          request.subResource + ': ' + request.userInfo.username
          + ' may not write it; the operator does']
        : request.operation == 'CREATE' ? variables.complaintsAboutNew : variables.complaintsAboutChange
  validations:
    - expression: variables.complaints.size() == 0
      reason: Forbidden
      message: >-
        this user may only create sessions that name a template, and change only their annotations lastActive,
        lastConnected and released
      messageExpression: variables.complaints.join('. ')
---
{{ include "mcp-session-operator.policyBinding" . }}
{{- end }}
