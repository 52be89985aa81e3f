# Completion of cardwarden for fish. Installed as /usr/local/share/fish/vendor_completions.d/cardwarden.fish

function __cardwarden_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (_CARDWARDEN_COMPLETE=fish $words[1] $words[2..-1] 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end

complete -c cardwarden -f -a "(__cardwarden_complete)"
