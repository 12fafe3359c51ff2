// SPDX-License-Identifier: GPL-3.0-or-later
// Usage: groovy jenkins.groovy JENKINSFILE     runs a declarative pipeline here: as much of Jenkins as our files use. CHANGE_TARGET
// says that it is for a change request. Exits 1 where a step fails, and prints what is published.
import org.codehaus.groovy.control.CompilerConfiguration

abstract class Pipeline extends Script {
	boolean isDue = true

	// What only groups others
	def pipeline(Closure body) { body() }
	def options(Closure body) { body() }
	def stages(Closure body) { body() }
	def script(Closure body) { body() }
	def agent(String where) { assert where == 'any' }
	def timeout(Map limit) { assert limit.time > 0 && limit.unit == 'MINUTES' }

	def stage(String name, Closure body) {
		isDue = true
		body()
	}
	def when(Closure condition) { isDue = condition() }
	def changeRequest() { System.getenv('CHANGE_TARGET') != null }
	def steps(Closure body) { if (isDue) body() }

	def sh(String text) {
		int code = new ProcessBuilder('sh', '-xe', '-c', text).inheritIO().start().waitFor()
		if (code != 0) throw new IllegalStateException("script returned exit code $code")
	}
	def junit(Map what) {
		assert what.allowEmptyResults
		println "junit $what.testResults"
	}
	def archiveArtifacts(Map what) {
		assert what.allowEmptyArchive
		println "archive $what.artifacts"
	}
	def load(String path) { Jenkins.run(path) }
}

class Jenkins {
	static def run(String path) {
		def how = new CompilerConfiguration(scriptBaseClass: Pipeline.name)
		new GroovyShell(Pipeline.classLoader, new Binding(any: 'any'), how).evaluate(new File(path))
	}
}

try {
	Jenkins.run(args[0])
} catch (IllegalStateException fault) {
	println "ERROR: $fault.message"
	System.exit(1)
}
