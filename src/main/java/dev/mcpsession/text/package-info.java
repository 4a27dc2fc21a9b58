/** Text from outside, made fit to be shown: on one line, in messages and in logs. */
@NullMarked
package dev.mcpsession.text;

import org.jspecify.annotations.NullMarked;
