/** The Helm chart and the kustomizations, as they are rendered and as they work on a cluster. */
@NullMarked
package dev.mcpsession.chart;

import org.jspecify.annotations.NullMarked;
