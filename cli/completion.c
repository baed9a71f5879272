/* SPDX-License-Identifier: Apache-2.0 */
/* completion.c - the commands by which shells complete words: "completion" has
 * a script for each, and the scripts ask "complete" at each press of the key.
 * So what they offer is what this very ilp understands. */
#include "cli/arguments.h"
#include "cli/complete.h"
#include "cli/context.h"

static const char bash[] =
	"# Completes the words of ilp in bash.\n"
	"_ilp() {\n"
	"\tlocal found word\n"
	"\tCOMPREPLY=()\n"
	"\tif ! found=$(\"$1\" complete -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" "
	"2>/dev/null); then\n"
	"\t\tcompopt -o default\n"
	"\t\treturn\n"
	"\tfi\n"
	"\twhile IFS=$'\\t' read -r word _; do\n"
	"\t\t[ -z \"$word\" ] || COMPREPLY+=(\"$word\")\n"
	"\tdone <<<\"$found\"\n"
	"}\n"
	"complete -F _ilp ilp\n";

static const char zsh[] =
	"#compdef ilp\n"
	"# Completes the words of ilp in zsh.\n"
	"_ilp() {\n"
	"\tlocal found line\n"
	"\tlocal -a candidates\n"
	"\tif ! found=$(\"$words[1]\" complete -- \"${(@)words[2,CURRENT]}\" "
	"2>/dev/null); then\n"
	"\t\tcompset -P '--*='\n"
	"\t\t_files\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tfor line in \"${(@f)found}\"; do\n"
	"\t\t[[ -z $line ]] || candidates+=("
	"\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\")\n"
	"\tdone\n"
	"\t_describe -o ilp candidates\n"
	"}\n"
	"if [[ ${funcstack[1]} = _ilp ]]; then\n"
	"\t_ilp \"$@\"\n"
	"else\n"
	"\tcompdef _ilp ilp\n"
	"fi\n";

static const char fish[] =
	"# Completes the words of ilp in fish.\n"
	"function __ilp_complete\n"
	"\tset -l words (commandline -opc)\n"
	"\tset -l begun (commandline -ct)\n"
	"\tset -l found ($words[1] complete -- $words[2..-1] \"$begun\" "
	"2>/dev/null)\n"
	"\tif test $status != 0\n"
	"\t\t__fish_complete_path $begun\n"
	"\telse\n"
	"\t\tprintf '%s\\n' $found\n"
	"\tend\n"
	"end\n"
	"complete -c ilp -f -a '(__ilp_complete)'\n";

static const char *const shells[] = { "bash", "zsh", "fish", NULL };

static enum command_status write_script(struct context *c,
					const struct arguments *a)
{
	static const char *const scripts[] = { bash, zsh, fish };

	for (size_t i = 0; shells[i]; i++)
		if (strcmp(a->operands[0], shells[i]) == 0)
			fputs(scripts[i], c->out);
	return COMMAND_OK;
}

static enum command_status write_words(struct context *c,
				       const struct arguments *a)
{
	struct complete found =
		complete(commands, a->operands, a->operand_count);

	context_put(c, buffer_bytes(&found.out));
	buffer_drop(&found.out);
	return found.file || found.failed ? COMMAND_FAILED : COMMAND_OK;
}

const struct command command_completion = {
	.name = "completion",
	.summary = "Writes the script by which a shell completes words",
	.operands = "SHELL",
	.operands_min = 1,
	.operands_max = 1,
	.words = shells,
	.text = "Writes a script for bash, zsh or fish, by which it completes "
		"the commands, their options and the values of these. Where "
		"ilp was installed as a package that is done already.",
	.example = "  source <(ilp completion bash)\n"
		   "  ilp completion zsh >~/.zfunc/_ilp\n"
		   "  ilp completion fish "
		   ">~/.config/fish/completions/ilp.fish\n",
	.run = write_script,
};

const struct command command_complete = {
	.name = "complete",
	.summary = "Lists what a word may become, for the scripts of shells",
	.operands = "-- WORD...",
	.operands_max = (size_t)-1,
	.text = "Lists what the last word may become, a word a line, with a "
		"tab before what it is. Fails when that is the name of a "
		"file.",
	.hidden = true,
	.run = write_words,
};
