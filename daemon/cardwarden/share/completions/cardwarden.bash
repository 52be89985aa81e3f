# Completion of cardwarden for bash. Installed as /usr/local/share/bash-completion/completions/cardwarden

_cardwarden() {
    local line word IFS=$'\n'
    COMPREPLY=()
    # Words as they were meant: "\ " and quotes are undone by the shell itself, nothing else is.
    local -a words=()
    for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
        word=${word//\\/}
        word=${word#[\"\']}
        words+=("${word%[\"\']}")
    done
    while read -r line; do
        if [[ $line == :files ]]; then
            compopt -o filenames
            COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
            return
        fi
        COMPREPLY+=("$(printf %q "$line")")
    done < <(_CARDWARDEN_COMPLETE=bash "${COMP_WORDS[0]}" "${words[@]}" 2>/dev/null)
}

complete -o nosort -F _cardwarden cardwarden
